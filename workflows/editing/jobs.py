"""Adding, deleting and rewiring jobs of a workflow that exists, piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import timezone

from jobs.dependencies import recount
from jobs.models import (
    FailureHandler,
    Family,
    Job,
    JobFile,
    JobUserData,
    JobWait,
    PredecessorMember,
    PredecessorSet,
    ResourceRequirements,
)
from jobs.statuses import JobStatus
from userdata.models import File, UserData
from workflows import stop_attempts
from workflows.creation.bulk_insert import insert, reserve_ids
from workflows.creation.rows import JOB_COLUMNS
from workflows.editing.command_tokens import mentioned_links
from workflows.editing.names import refuse_repeated_names, refuse_taken_names
from workflows.errors import Refused
from workflows.lock import locked, note, refuse_archived
from workflows.models import Workflow

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to add; ids are those of things in the same workflow."""

    name: str
    command: str
    requirements_id: int | None = None
    """None asks for the workflow's `default` requirement."""
    failure_handler_id: int | None = None
    priority: int = 0
    cancel_on_blocking_job_failure: bool = True
    supports_termination: bool = False
    env: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    depends_on_job_ids: Sequence[int] = ()
    input_file_ids: Sequence[int] = ()
    output_file_ids: Sequence[int] = ()
    input_user_data_ids: Sequence[int] = ()
    output_user_data_ids: Sequence[int] = ()


def add_jobs(workflow: Workflow, rows: Sequence[NewJob]) -> list[Job]:
    """Add jobs, all or none; they are uninitialized until the next initialise.

    Files and user data that a command names in a token become its inputs and outputs.

    Args:
        workflow: where to.
        rows: the jobs; later ones may depend on ids of earlier calls only.

    Raises:
        NamesRefused: a name is taken, or there twice.
        Refused: an id is not one of this workflow.
    """
    with locked(workflow.pk) as held:
        refuse_archived(held)
        _check_names(held, rows)
        _check_ids(held, rows)
        ids = _store_jobs(held.pk, rows)
        Workflow.objects.filter(pk=held.pk).update(is_graph_stale=True)
        Workflow.objects.filter(pk=held.pk).reshaped()
        Workflow.objects.filter(pk=held.pk).touch()
    if not rows:
        return []
    added = Job.objects.filter(workflow=workflow.pk, pk__gte=ids[0], pk__lte=ids[-1])
    return list(added.order_by("pk"))


def _store_jobs(workflow_id: int, rows: Sequence[NewJob]) -> Sequence[int]:
    """Write jobs with all that leads to them; their ids."""
    default = ResourceRequirements.objects.default_of(workflow_id).pk if rows else 0
    ids = reserve_ids(Job, len(rows))
    sets = _add_sets(workflow_id, [one.depends_on_job_ids for one in rows])
    insert(Job, JOB_COLUMNS, _job_rows(workflow_id, ids, rows, default))
    _add_links(workflow_id, ids, rows)
    waits = [
        (job_id, sets[key])
        for job_id, one in zip(ids, rows, strict=True)
        if (key := _key(one.depends_on_job_ids))
    ]
    insert(JobWait, ("job_id", "set_id"), waits)
    return ids


def change_dependencies(job_id: int, depends_on_job_ids: Sequence[int]) -> None:
    """Let an uninitialized job wait for these jobs instead of those named before.

    Raises:
        Refused: the job is initialised, or an id is not one of its workflow.
    """
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise Refused("job_not_found", f"There is no job {job_id}.", kind="missing")
    with locked(job.workflow_id) as workflow:
        job.refresh_from_db()
        if job.status not in (JobStatus.UNINITIALIZED, JobStatus.DISABLED):
            raise Refused(
                "job_initialized",
                f"Job '{job.name}' is {job.status_word}; its dependencies are fixed.",
                hint="Reset the jobs of the workflow first.",
            )
        _check_known(Job, workflow.pk, "depends_on_job_ids", depends_on_job_ids)
        old = PredecessorSet.objects.filter(is_explicit=True, waits__job=job_id)
        old_ids = list(old.values_list("pk", flat=True))
        JobWait.objects.filter(job=job_id, set__in=old_ids).delete()
        PredecessorSet.objects.filter(pk__in=old_ids, waits__isnull=True).delete()
        for set_id in _add_sets(workflow.pk, [depends_on_job_ids]).values():
            JobWait.objects.create(job_id=job_id, set_id=set_id)
        Workflow.objects.filter(pk=workflow.pk).update(is_graph_stale=True)
        Workflow.objects.filter(pk=workflow.pk).reshaped()
        recount.recompute(workflow.pk, timezone.now())
        Workflow.objects.filter(pk=workflow.pk).touch()


def delete_jobs(workflow_id: int, job_ids: Sequence[int] | None = None, *, by: str = "") -> int:
    """Delete jobs with their results; what waited for them waits no longer; how many.

    Args:
        workflow_id: the workflow.
        job_ids: which; None means all.
        by: who asked.

    Raises:
        Refused: some of them are pending or running.
    """
    with locked(workflow_id) as workflow:
        stop_attempts.refuse_running(workflow_id, job_ids)
        jobs = Job.objects.filter(workflow=workflow_id)
        chosen = jobs if job_ids is None else jobs.filter(pk__in=job_ids)
        doomed = list(chosen.values_list("pk", "family"))
        for at in range(0, len(doomed), _CHUNK):
            Job.objects.filter(pk__in=[pk for pk, _ in doomed[at : at + _CHUNK]]).delete()
        _recount_families({family for _, family in doomed if family is not None})
        Workflow.objects.filter(pk=workflow_id).reshaped()
        recount.recompute(workflow_id, timezone.now())
        note(workflow, "jobs_deleted", by, n_jobs=len(doomed))
    return len(doomed)


def _key(job_ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(job_ids)))


def _check_names(workflow: Workflow, rows: Sequence[NewJob]) -> None:
    names = [row.name for row in rows]
    refuse_repeated_names(names, code="duplicate_job_name", kind="conflict")
    refuse_taken_names(workflow.jobs.all(), names, code="duplicate_job_name")


def _check_ids(workflow: Workflow, rows: Sequence[NewJob]) -> None:
    """Refuse ids that are not of this workflow, foreign ones exactly like unknown ones."""
    lists: tuple[tuple[type[models.Model], str], ...] = (
        (Job, "depends_on_job_ids"),
        (File, "input_file_ids"),
        (File, "output_file_ids"),
        (UserData, "input_user_data_ids"),
        (UserData, "output_user_data_ids"),
    )
    for model, name in lists:
        _check_known(model, workflow.pk, name, (pk for one in rows for pk in getattr(one, name)))
    singles = ((ResourceRequirements, "requirements_id"), (FailureHandler, "failure_handler_id"))
    for model, name in singles:
        named = (getattr(one, name) for one in rows)
        _check_known(model, workflow.pk, name, (pk for pk in named if pk is not None))


def _check_known(
    model: type[models.Model], workflow_id: int, field_name: str, ids: Iterable[int]
) -> None:
    wanted = sorted(set(ids))
    known: set[int] = set()
    for at in range(0, len(wanted), _CHUNK):
        chunk = wanted[at : at + _CHUNK]
        found = model._default_manager.filter(workflow=workflow_id, pk__in=chunk)
        known.update(found.values_list("pk", flat=True))
    unknown = next((pk for pk in wanted if pk not in known), None)
    if unknown is not None:
        thing = model._meta.verbose_name
        detail = f"Workflow {workflow_id} has no {thing} {unknown}, named by {field_name}."
        raise Refused("unknown_reference", detail, kind="invalid")


def _job_rows(
    workflow_id: int, ids: Sequence[int], rows: Sequence[NewJob], default: int
) -> Iterable[Sequence[Any]]:
    status = JobStatus.UNINITIALIZED.value
    for job_id, one in zip(ids, rows, strict=True):
        requirements = default if one.requirements_id is None else one.requirements_id
        n_waiting = int(bool(one.depends_on_job_ids))
        env, options = (
            json.dumps(dict(value), ensure_ascii=False) for value in (one.env, one.options)
        )
        yield (
            *(job_id, workflow_id, None, one.name, one.command, status, requirements),
            *(one.failure_handler_id, one.priority, one.cancel_on_blocking_job_failure),
            *(one.supports_termination, env, "{}", 0, 0, 0, n_waiting, "", options),
        )


def _add_sets(workflow_id: int, lists: Iterable[Sequence[int]]) -> dict[tuple[int, ...], int]:
    """Store each distinct list of predecessors once; list -> id of its set."""
    keys = list(dict.fromkeys(key for one in lists if (key := _key(one))))
    ids = dict(zip(keys, reserve_ids(PredecessorSet, len(keys)), strict=True))
    insert(
        PredecessorSet,
        ("id", "workflow_id", "is_explicit", "n_remaining"),
        ((set_id, workflow_id, True, len(key)) for key, set_id in ids.items()),
    )
    members = ((set_id, job_id) for key, set_id in ids.items() for job_id in key)
    insert(PredecessorMember, ("set_id", "job_id"), members)
    return ids


def _add_links(workflow_id: int, ids: Sequence[int], rows: Sequence[NewJob]) -> None:
    mentioned = mentioned_links(workflow_id, [one.command for one in rows])
    kinds: tuple[tuple[type[models.Model], str, str], ...] = (
        (JobFile, "file_id", "file_ids"),
        (JobUserData, "user_data_id", "user_data_ids"),
    )
    for model, column, suffix in kinds:
        links = {
            (job_id, target, is_output)
            for job_id, one, named in zip(ids, rows, mentioned, strict=True)
            for key, is_output in ((f"input_{suffix}", False), (f"output_{suffix}", True))
            for target in (*getattr(one, key), *named.get(key, ()))
        }
        insert(model, ("job_id", column, "is_output"), sorted(links))


def _recount_families(family_ids: set[int]) -> None:
    for family in Family.objects.filter(pk__in=family_ids):
        Family.objects.filter(pk=family.pk).update(n_jobs=family.jobs.count())
