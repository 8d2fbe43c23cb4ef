"""Families of workflows that were made or changed piece by piece."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from database.sql import dumps, execute, ids_source
from jobs.models import Family, FamilyEdge, Job, JobFile
from workflows.graph.layout.families_by_name import group_by_name
from workflows.graph.layout.vertices import count_group_edges
from workflows.graph.stored_dependencies import StoredDependencies, job_stages, load_dependencies
from workflows.lock import locked
from workflows.models import Workflow

MAX_LABEL = 255


def assign_families(workflow_id: int) -> None:
    """Give every job a family and count the dependencies between families again.

    Jobs of a spec entry keep their family; others are grouped by their names.

    Raises:
        Refused: there is no such workflow.
    """
    with locked(workflow_id, even_archived=True) as workflow:  # archived ones are drawn, too
        jobs = Job.objects.filter(workflow=workflow_id).order_by("pk")
        rows = list(jobs.values_list("pk", "name", "family"))
        stored = load_dependencies(workflow_id)
        is_planned = bool(workflow.spec_text)
        named = {pk: name for pk, name, family in rows if family is None or not is_planned}
        families: dict[int, int | None] = {pk: family for pk, _, family in rows if pk not in named}
        if named:
            labels = group_by_name(
                named, job_stages([pk for pk, _, _ in rows], stored), stored.groups()
            )
            families |= _assign(workflow_id, labels, {pk: family for pk, _, family in rows})
        _recount(workflow_id, families)
        _replace_edges(workflow_id, families, stored)
        Workflow.objects.filter(pk=workflow_id).regrouped()


def _assign(
    workflow_id: int, labels: Mapping[int, str], current: Mapping[int, int | None]
) -> dict[int, int | None]:
    """Store the families with these labels, reusing existing ones; return job -> its family."""
    stored = Family.objects.filter(workflow=workflow_id).order_by("-position")
    ids = {family.label: family.pk for family in stored}
    position = max((family.position for family in stored), default=-1) + 1
    wanted = dict.fromkeys(label[:MAX_LABEL] for label in labels.values())
    for label in wanted:
        if label not in ids:
            made = Family.objects.create(
                workflow_id=workflow_id, position=position, label=label, n_jobs=0
            )
            ids[label] = made.pk
            position += 1
    family_of: dict[int, int | None] = {
        job: ids[label[:MAX_LABEL]] for job, label in labels.items()
    }
    moved: dict[int | None, list[int]] = {}
    for job, family in family_of.items():
        if current[job] != family:
            moved.setdefault(family, []).append(job)
    for family, jobs in moved.items():
        sql = f"UPDATE jobs_job SET family_id = %s WHERE id IN ({ids_source()})"
        execute(sql, [family, dumps(jobs)])
    return family_of


def _recount(workflow_id: int, families: Mapping[int, int | None]) -> None:
    n_jobs = Counter(families.values())
    stored = list(Family.objects.filter(workflow=workflow_id))
    Family.objects.filter(pk__in=[family.pk for family in stored if not n_jobs[family.pk]]).delete()
    for family in stored:
        if n_jobs[family.pk] and n_jobs[family.pk] != family.n_jobs:
            Family.objects.filter(pk=family.pk).update(n_jobs=n_jobs[family.pk])


def _replace_edges(
    workflow_id: int, families: Mapping[int, int | None], stored: StoredDependencies
) -> None:
    group_of: dict[int, Any] = {
        job: family for job, family in families.items() if family is not None
    }
    shared = _pairs_sharing_files(workflow_id, group_of)
    counts: Counter[tuple[Any, Any, str]] = Counter()
    for (source, target, set_id), n_edges in count_group_edges(
        group_of, stored.members, stored.waits
    ).items():
        kind = "job"
        if set_id not in stored.explicit:
            kind = "file" if (source, target) in shared else "user_data"
        counts[source, target, kind] += n_edges
    FamilyEdge.objects.filter(source__workflow=workflow_id).delete()
    FamilyEdge.objects.bulk_create(
        (
            FamilyEdge(source_id=source, target_id=target, kind=kind, n_edges=n_edges)
            for (source, target, kind), n_edges in counts.items()
        ),
        batch_size=500,
    )


def _pairs_sharing_files(workflow_id: int, group_of: Mapping[int, int]) -> set[tuple[int, int]]:
    """Return the pairs of families of which the second reads what the first writes."""
    ends = writers_and_readers(JobFile, "file", workflow_id, group_of)
    return {
        (writer, reader)
        for writers, readers in ends.values()
        for writer in writers
        for reader in readers
    }


def writers_and_readers(
    model: type[models.Model], column: str, workflow_id: int, group_of: Mapping[int, Any]
) -> dict[int, tuple[Sequence[Any], Sequence[Any]]]:
    """Return for each file or value the groups of the jobs that write it and that read it.

    Args:
        model: the links between jobs and data.
        column: of the links: `file` or `user_data`.
        workflow_id: the workflow.
        group_of: job -> its group; other jobs are left out.
    """
    ends: dict[int, tuple[dict[Any, None], dict[Any, None]]] = {}
    links = model._default_manager.filter(job__workflow=workflow_id).order_by(column, "job")
    for target, job, is_output in links.values_list(f"{column}_id", "job_id", "is_output"):
        if job in group_of:
            sides = ends.setdefault(target, ({}, {}))
            sides[0 if is_output else 1][group_of[job]] = None
    return {target: (list(writers), list(readers)) for target, (writers, readers) in ends.items()}
