"""The progress of a workflow, in a few cheap queries: what `torc run` and pages poll."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, FilteredRelation, Q, QuerySet
from django.utils import timezone

from jobs.explain.why_not_running import HELD, NO_WORKER, NOT_INITIALIZED, NOT_STARTED
from jobs.models import Job, ResourceRequirements
from jobs.nodes.online import online_nodes, why_alone, why_no_folder, why_unplaceable
from jobs.scheduling.fill import runs_oversized
from jobs.scheduling.fit import Node, nodes_with
from jobs.scheduling.need import need_of
from jobs.statuses import ACTIVE, COMPLETE, JobStatus
from specification.texts.counts import agree, counted
from workflows.models import Workflow

MAX_UNPLACEABLE = 100
"""How many unplaceable jobs are listed; the counts include them all."""


@dataclass(frozen=True, slots=True)
class Unplaceable:
    """A job that no online node can hold."""

    job_id: int
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a workflow at one revision."""

    revision: int
    run_id: int
    is_started: bool
    is_complete: bool
    is_canceled: bool
    counts: dict[str, int]
    """Status word -> number of jobs; only statuses that some job has."""
    unplaceable: list[Unplaceable]
    warnings: list[Unplaceable]
    """Jobs that no node can hold and that run all the same, alone on a whole node."""
    waiting_reason: str | None
    """Why no job makes progress though the workflow is not complete."""
    workers_online: int
    n_jobs: int


def progress(workflow: Workflow, now: datetime | None = None) -> Progress:
    """Return the progress of a workflow, and what it waits for."""
    counts = count_statuses(workflow.pk)
    nodes = online_nodes(now or timezone.now())
    unplaceable, n_unplaceable = _unplaceable(workflow, counts, nodes)
    return Progress(
        revision=workflow.revision,
        run_id=workflow.run_id,
        is_started=workflow.is_started,
        is_complete=is_complete(counts),
        is_canceled=workflow.is_canceled,
        counts={status.word: count for status, count in counts.items()},
        unplaceable=unplaceable,
        warnings=_running_alone(workflow, nodes),
        waiting_reason=_waiting_reason(workflow, counts, len(nodes), n_unplaceable),
        workers_online=len(nodes),
        n_jobs=sum(counts.values()),
    )


def waiting_reason(
    workflow: Workflow, counts: dict[JobStatus, int], nodes: Sequence[Node]
) -> str | None:
    """Return why no job of a workflow makes progress; without a query while one runs.

    Args:
        workflow: the workflow.
        counts: its jobs by status.
        nodes: the workers that are online.
    """
    groups = [] if _n_active(counts) else _unplaceable_groups(workflow, counts, nodes)
    n_unplaceable = sum(group.n_ready for group in groups)
    return _waiting_reason(workflow, counts, len(nodes), n_unplaceable)


def count_statuses(workflow_id: int) -> dict[JobStatus, int]:
    """Return how many jobs of a workflow have each status; only those that some job has."""
    rows = (
        Job.objects.filter(workflow=workflow_id)
        .order_by("status")
        .values_list("status")
        .annotate(count=Count("pk"))
    )
    return {JobStatus(status): count for status, count in rows}


def is_complete(counts: dict[JobStatus, int]) -> bool:
    """Return whether every job has ended; a workflow without jobs is complete."""
    return all(status in COMPLETE for status in counts)


def _n_active(counts: dict[JobStatus, int]) -> int:
    return sum(counts.get(status, 0) for status in ACTIVE)


def _unplaceable(
    workflow: Workflow, counts: dict[JobStatus, int], nodes: Sequence[Node]
) -> tuple[list[Unplaceable], int]:
    """Return the first unplaceable jobs, and how many there are."""
    groups = {
        group.requirements_id: group for group in _unplaceable_groups(workflow, counts, nodes)
    }
    if not groups:
        return [], 0
    ready = Job.objects.filter(workflow=workflow.pk).with_status(JobStatus.READY)
    reasons = {requirements_id: group.why for requirements_id, group in groups.items()}
    return _first(ready, reasons), sum(group.n_ready for group in groups.values())


def _first(jobs: QuerySet[Job], reasons: Mapping[int, str]) -> list[Unplaceable]:
    """Return the first of the jobs with some requirements, each with its reason.

    Args:
        jobs: the jobs to look among.
        reasons: requirements id -> why no node can hold such a job.
    """
    rows = jobs.filter(requirements__in=reasons).order_by("pk")
    listed = rows.values_list("pk", "name", "requirements")[:MAX_UNPLACEABLE]
    return [Unplaceable(pk, name, reasons[requirements]) for pk, name, requirements in listed]


@dataclass(frozen=True, slots=True)
class _UnplaceableGroup:
    """Ready jobs with one requirement that no node can meet."""

    requirements_id: int
    n_ready: int
    why: str


def _unplaceable_groups(
    workflow: Workflow, counts: dict[JobStatus, int], nodes: Sequence[Node]
) -> list[_UnplaceableGroup]:
    """Return the ready jobs that no online node can hold, by requirement, in one query."""
    if not workflow.is_active or not nodes or not counts.get(JobStatus.READY):
        return []
    is_ready = Q(jobs__status=JobStatus.READY.value)
    requirements: Any = ResourceRequirements.objects.filter(workflow=workflow.pk).annotate(
        ready=FilteredRelation("jobs", condition=is_ready), n_ready=Count("ready")
    )
    runs_all = runs_oversized(len(nodes))
    no_folder = why_no_folder(workflow.submission_directory, nodes)
    able = nodes_with(workflow.submission_directory, nodes)
    groups = [
        _UnplaceableGroup(
            row.pk,
            row.n_ready,
            no_folder or why_unplaceable(need_of(row), able, run_oversized=runs_all),
        )
        for row in requirements.filter(n_ready__gt=0)
    ]
    return [group for group in groups if group.why]


def _running_alone(workflow: Workflow, nodes: Sequence[Node]) -> list[Unplaceable]:
    if not nodes or not runs_oversized(len(nodes)):
        return []
    requirements: Any = ResourceRequirements.objects.filter(workflow=workflow.pk)
    reasons = {
        row.pk: why
        for row in requirements
        if (why := why_alone(need_of(row), nodes, run_oversized=True))
    }
    return _first(Job.objects.filter(workflow=workflow.pk), reasons) if reasons else []


def _waiting_reason(
    workflow: Workflow, counts: dict[JobStatus, int], n_nodes: int, n_unplaceable: int
) -> str | None:
    if is_complete(counts):
        return None
    if not workflow.is_active:
        return _why_not_started(workflow, counts)
    if not n_nodes:
        return NO_WORKER
    if _n_active(counts) or counts.get(JobStatus.READY, 0) > n_unplaceable:
        return None
    return _why_stuck(counts, n_unplaceable)


def _why_not_started(workflow: Workflow, counts: dict[JobStatus, int]) -> str:
    if workflow.is_canceled:
        return "canceled: its running jobs are being ended"
    if counts.get(JobStatus.UNINITIALIZED) == sum(counts.values()):
        return NOT_INITIALIZED
    return NOT_STARTED


def _why_stuck(counts: dict[JobStatus, int], n_unplaceable: int) -> str:
    stuck = [
        f"{counted(count, 'job')} {agree(count, 'is', 'are')} {state}"
        for count, state in (
            (counts.get(JobStatus.UNINITIALIZED, 0), NOT_INITIALIZED),
            (counts.get(JobStatus.DISABLED, 0), "disabled"),
            (counts.get(JobStatus.PENDING_FAILED, 0), "pending failed"),
            (n_unplaceable, HELD),
        )
        if count
    ]
    n_blocked = counts.get(JobStatus.BLOCKED, 0)
    waiting = f"; {n_blocked:,} more {agree(n_blocked, 'waits', 'wait')} for that"
    return ", ".join(stuck) + (waiting if n_blocked else "")
