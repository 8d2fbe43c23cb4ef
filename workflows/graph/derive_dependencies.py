"""Dependencies that follow from inputs and outputs, derived again when those have changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models

from database.sql import execute
from jobs.models import Job, JobFile, JobUserData, JobWait, PredecessorMember, PredecessorSet
from specification.dependencies.cycles import find_cycle
from specification.dependencies.inputs_and_outputs import Links
from specification.dependencies.predecessor_sets import Graph, SetStore, data_waits
from specification.dependencies.stages import NEVER, stages_of
from workflows.creation.bulk_insert import insert, reserve_ids
from workflows.errors import Refused
from workflows.graph.families import assign_families
from workflows.models import Workflow

_MAX_SHOWN = 12

Indices = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Jobs:
    """The jobs of a workflow, and the position of each in lists of jobs."""

    ids: list[int]
    positions: dict[int, int]


def derive_dependencies(workflow_id: int) -> None:
    """Make every job wait for those that write what it reads, besides those that it names.

    Runs in the caller's transaction, which holds the workflow.

    Raises:
        Refused: jobs would wait for each other in a circle; the detail names them.
    """
    ids = list(Job.objects.filter(workflow=workflow_id).order_by("pk").values_list("pk", flat=True))
    jobs = _Jobs(ids, {job_id: at for at, job_id in enumerate(ids)})
    store = SetStore()
    data = data_waits(store, _links(workflow_id, jobs))
    derived: list[Indices] = [tuple(dict.fromkeys(at for _, at in waits)) for waits in data]
    _refuse_circle(workflow_id, jobs, store, derived)
    _replace_derived(workflow_id, jobs, store.sets, derived)
    Workflow.objects.filter(pk=workflow_id).dependencies_derived()
    assign_families(workflow_id)


def _links(workflow_id: int, jobs: _Jobs) -> Links:
    input_files, output_files = _pairs(JobFile, "file", workflow_id, jobs)
    input_data, output_data = _pairs(JobUserData, "user_data", workflow_id, jobs)
    return Links(
        user_data_names=[],
        input_files=input_files,
        output_files=output_files,
        input_user_data=input_data,
        output_user_data=output_data,
    )


def _pairs(
    model: type[models.Model], column: str, workflow_id: int, jobs: _Jobs
) -> tuple[list[Indices], list[Indices]]:
    """Return the ids of what each job reads and of what it writes."""
    inputs: list[list[int]] = [[] for _ in jobs.ids]
    outputs: list[list[int]] = [[] for _ in jobs.ids]
    links = model._default_manager.filter(job__workflow=workflow_id)
    for job_id, target, is_output in links.values_list("job", column, "is_output"):
        (outputs if is_output else inputs)[jobs.positions[job_id]].append(target)
    return [tuple(sorted(ids)) for ids in inputs], [tuple(sorted(ids)) for ids in outputs]


def _refuse_circle(
    workflow_id: int, jobs: _Jobs, derived: SetStore, derived_waits: Sequence[Indices]
) -> None:
    named, named_waits = _named_sets(workflow_id, jobs)
    sets = [*derived.sets, *named]
    offset = len(derived.sets)
    waits = [
        (*of_data, *(offset + at for at in of_names))
        for of_data, of_names in zip(derived_waits, named_waits, strict=True)
    ]
    stages = stages_of(waits, sets)
    if NEVER not in stages:
        return
    circle = find_cycle(stages, Graph(SetStore(sets=sets), [], waits))
    start = circle.index(min(circle))
    shown = [*circle[start:], *circle[:start]][:_MAX_SHOWN]
    names = Job.objects.in_bulk([jobs.ids[at] for at in shown])
    path = [names[jobs.ids[at]].name for at in shown]
    middle = ["…"] if len(circle) > _MAX_SHOWN else []
    raise Refused(
        "dependency_cycle",
        f"Jobs wait for each other in a circle: {' -> '.join([*path, *middle, path[0]])}.",
        hint="Remove one of these dependencies, or the input or output behind it.",
    )


def _named_sets(workflow_id: int, jobs: _Jobs) -> tuple[list[Indices], list[list[int]]]:
    """Return the sets that jobs name themselves, and for each job those that it waits on."""
    members: dict[int, list[int]] = {}
    for set_id, job_id in _of_explicit_sets(PredecessorMember, workflow_id):
        members.setdefault(set_id, []).append(jobs.positions[job_id])
    positions = {set_id: at for at, set_id in enumerate(members)}
    waits: list[list[int]] = [[] for _ in jobs.ids]
    for set_id, job_id in _of_explicit_sets(JobWait, workflow_id):
        if set_id in positions:
            waits[jobs.positions[job_id]].append(positions[set_id])
    return [tuple(positions) for positions in members.values()], waits


def _of_explicit_sets(model: type[models.Model], workflow_id: int) -> Iterable[tuple[int, int]]:
    rows = model._default_manager.filter(set__workflow=workflow_id, set__is_explicit=True)
    return rows.values_list("set", "job")


def _delete_derived(workflow_id: int) -> None:
    sql = "SELECT id FROM jobs_predecessorset WHERE workflow_id = %s AND NOT is_explicit"
    for table in ("jobs_jobwait", "jobs_predecessormember"):
        execute(f"DELETE FROM {table} WHERE set_id IN ({sql})", [workflow_id])
    execute(f"DELETE FROM jobs_predecessorset WHERE id IN ({sql})", [workflow_id])


def _replace_derived(
    workflow_id: int, jobs: _Jobs, sets: Sequence[Indices], waits: Sequence[Indices]
) -> None:
    _delete_derived(workflow_id)
    ids = reserve_ids(PredecessorSet, len(sets))
    stored = list(zip(ids, sets, strict=True))
    insert(
        PredecessorSet,
        ("id", "workflow_id", "is_explicit", "n_remaining"),
        ((set_id, workflow_id, False, len(members)) for set_id, members in stored),
    )
    insert(
        PredecessorMember,
        ("set_id", "job_id"),
        ((set_id, jobs.ids[at]) for set_id, members in stored for at in members),
    )
    insert(
        JobWait,
        ("job_id", "set_id"),
        (
            (job_id, ids[at])
            for job_id, waited in zip(jobs.ids, waits, strict=True)
            for at in waited
        ),
    )
