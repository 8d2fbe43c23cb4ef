"""How far a workflow is, in a few cheap queries: what `torc run` and pages poll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, FilteredRelation, Q
from django.utils import timezone

from jobs.explain.why_not_running import HELD, NO_WORKER, NOT_STARTED
from jobs.models import Job, ResourceRequirements
from jobs.nodes.online import online_nodes, why_alone, why_unplaceable
from jobs.scheduling.fill import runs_oversized
from jobs.scheduling.fit import Node
from jobs.scheduling.need import need_of
from jobs.statuses import COMPLETE, JobStatus
from workflows.models import Workflow

MAX_UNPLACEABLE = 100
"""How many unplaceable jobs are listed; the counts know them all."""


@dataclass(frozen=True, slots=True)
class Unplaceable:
    """A job that no online node can hold."""

    job_id: int
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A workflow at one revision."""

    revision: int
    run_id: int
    is_started: bool
    is_complete: bool
    is_canceled: bool
    counts: dict[str, int]
    """Status word -> number of jobs; only those there are."""
    unplaceable: list[Unplaceable]
    warnings: list[Unplaceable]
    """Jobs that no node can hold and that run all the same, alone on a whole node."""
    waiting_reason: str | None
    """Why nothing moves though the workflow is not complete."""
    workers_online: int
    n_jobs: int


def progress(workflow: Workflow, now: datetime | None = None) -> Progress:
    """How far `workflow` is, and what it waits for."""
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
    """Why nothing of `workflow` moves, without a query as long as something does.

    Args:
        workflow: the workflow.
        counts: its jobs by status.
        nodes: the workers that are online.
    """
    is_moving = any(counts.get(status) for status in (JobStatus.RUNNING, JobStatus.PENDING))
    held = [] if is_moving else _held(workflow, counts, nodes)
    n_unplaceable = sum(one.n_ready for one in held)
    return _waiting_reason(workflow, counts, len(nodes), n_unplaceable)


def count_statuses(workflow_id: int) -> dict[JobStatus, int]:
    """How many jobs of the workflow have each status; only those there are."""
    rows = (
        Job.objects.filter(workflow=workflow_id)
        .order_by("status")
        .values_list("status")
        .annotate(count=Count("pk"))
    )
    return {JobStatus(status): count for status, count in rows}


def is_complete(counts: dict[JobStatus, int]) -> bool:
    """Whether every job has ended; a workflow without jobs is complete."""
    return all(status in COMPLETE for status in counts)


def _unplaceable(
    workflow: Workflow, counts: dict[JobStatus, int], nodes: Sequence[Node]
) -> tuple[list[Unplaceable], int]:
    """The first unplaceable jobs, and how many there are."""
    held = {one.requirements_id: one for one in _held(workflow, counts, nodes)}
    if not held:
        return [], 0
    ready = Job.objects.filter(workflow=workflow.pk).with_status(JobStatus.READY)
    listed = ready.filter(requirements__in=held).order_by("pk")
    found = listed.values_list("pk", "name", "requirements")[:MAX_UNPLACEABLE]
    rows = [Unplaceable(pk, name, held[asks].why) for pk, name, asks in found]
    return rows, sum(one.n_ready for one in held.values())


@dataclass(frozen=True, slots=True)
class _Held:
    """Jobs that ask for one thing, which no node has."""

    requirements_id: int
    n_ready: int
    why: str


def _held(workflow: Workflow, counts: dict[JobStatus, int], nodes: Sequence[Node]) -> list[_Held]:
    """Which of the ready jobs no online node can hold, by what they ask, in one query."""
    if not workflow.is_active or not nodes or not counts.get(JobStatus.READY):
        return []
    is_ready = Q(jobs__status=JobStatus.READY.value)
    asked: Any = ResourceRequirements.objects.filter(workflow=workflow.pk).annotate(
        ready=FilteredRelation("jobs", condition=is_ready), n_ready=Count("ready")
    )
    runs_all = runs_oversized(len(nodes))
    found = [
        _Held(one.pk, one.n_ready, why_unplaceable(need_of(one), nodes, run_oversized=runs_all))
        for one in asked.filter(n_ready__gt=0)
    ]
    return [one for one in found if one.why]


def _running_alone(workflow: Workflow, nodes: Sequence[Node]) -> list[Unplaceable]:
    if not nodes or not runs_oversized(len(nodes)):
        return []
    asked: Any = ResourceRequirements.objects.filter(workflow=workflow.pk)
    reasons = {
        one.pk: why for one in asked if (why := why_alone(need_of(one), nodes, run_oversized=True))
    }
    if not reasons:
        return []
    jobs = Job.objects.filter(workflow=workflow.pk, requirements__in=reasons).order_by("pk")
    listed = jobs.values_list("pk", "name", "requirements")[:MAX_UNPLACEABLE]
    return [Unplaceable(pk, name, reasons[asks]) for pk, name, asks in listed]


def _waiting_reason(
    workflow: Workflow, counts: dict[JobStatus, int], n_nodes: int, n_unplaceable: int
) -> str | None:
    if is_complete(counts):
        return None
    if not workflow.is_active:
        return _why_not_started(workflow, counts)
    moving = counts.get(JobStatus.RUNNING, 0) + counts.get(JobStatus.PENDING, 0)
    n_ready = counts.get(JobStatus.READY, 0)
    if not n_nodes:
        return NO_WORKER
    if moving or n_ready > n_unplaceable:
        return None
    return _why_stuck(counts, n_unplaceable)


def _why_not_started(workflow: Workflow, counts: dict[JobStatus, int]) -> str:
    if workflow.is_canceled:
        return "canceled: its running jobs are being ended"
    if counts.get(JobStatus.UNINITIALIZED) == sum(counts.values()):
        return "not initialised"
    return NOT_STARTED


def _why_stuck(counts: dict[JobStatus, int], n_unplaceable: int) -> str:
    stuck = [
        f"{count} {_jobs(count)} {word}"
        for count, word in (
            (counts.get(JobStatus.UNINITIALIZED, 0), "not initialised"),
            (counts.get(JobStatus.DISABLED, 0), "disabled"),
            (counts.get(JobStatus.PENDING_FAILED, 0), "pending failed"),
            (n_unplaceable, HELD),
        )
        if count
    ]
    n_blocked = counts.get(JobStatus.BLOCKED, 0)
    waiting = f"; {n_blocked} more {'waits' if n_blocked == 1 else 'wait'} for that"
    return ", ".join(stuck) + (waiting if n_blocked else "")


def _jobs(count: int) -> str:
    return "job is" if count == 1 else "jobs are"
