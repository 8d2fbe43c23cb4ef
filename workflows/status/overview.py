"""The list of workflows: the status of each, those that need attention first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from jobs.explain.job_rows import with_error
from jobs.explain.why_not_running import NO_WORKER
from jobs.models import Job, Result
from jobs.scheduling.fit import Node
from jobs.statuses import ACTIVE, DISPLAY_ORDER, ENDED_BADLY, JobStatus
from workflows.failures.queries import failed_now
from workflows.models import IS_ACTIVE, Workflow, WorkflowQuerySet
from workflows.status.estimates import RecentAttempts, recent_attempts, rough_duration, seconds_left
from workflows.status.workflow_status import WorkflowStatus, workflow_status

STATES = ("attention", "running", "resting", "ended", "archived")
"""What the list of workflows may be narrowed down to."""


@dataclass(frozen=True, slots=True)
class LatestFailure:
    """The job that failed last, and why."""

    job: Job
    reason: str


@dataclass(frozen=True, slots=True)
class WorkflowRow:
    """One workflow in a list of workflows."""

    workflow: Workflow
    counts: dict[str, int]
    """Jobs by status word, in the order of the bars."""
    status: WorkflowStatus
    failure: LatestFailure | None
    elapsed: float | None
    """Seconds from its start to its end, or until now."""
    eta: str
    """How long it will still take, in words; empty if that cannot be estimated."""
    changed_at: datetime


def attention_first(workflows: WorkflowQuerySet) -> WorkflowQuerySet:
    """Order workflows: those with bad ends, then active ones, then the rest; latest first."""
    rank = Case(
        When(is_archived=True, then=Value(3)),
        When(_has_bad_ends(), then=Value(0)),
        When(IS_ACTIVE, then=Value(1)),
        default=Value(2),
    )
    changed = Coalesce("ended_at", "started_at", "created_at")
    return workflows.annotate(rank=rank, changed=changed).order_by("rank", "-changed", "-pk")


def workflow_rows(
    workflows: Sequence[Workflow], *, n_online: int, now: datetime
) -> list[WorkflowRow]:
    """Return the rows of a list of workflows, in three queries.

    Args:
        workflows: few enough for one page.
        n_online: how many workers are online.
        now: the clock.
    """
    ids = [workflow.pk for workflow in workflows]
    counts = _status_counts(ids)
    recent = recent_attempts({row.pk: row.run_id for row in workflows if row.is_active})
    failures = _latest_failures(pk for pk in ids if _n_bad_ends(counts[pk]))
    return [
        WorkflowRow(
            workflow=workflow,
            counts=counts[workflow.pk],
            status=_status(workflow, counts[workflow.pk], n_online),
            failure=failures.get(workflow.pk),
            elapsed=_elapsed(workflow, now),
            eta=_eta(counts[workflow.pk], recent.get(workflow.pk)),
            changed_at=_changed_at(workflow, recent.get(workflow.pk)),
        )
        for workflow in workflows
    ]


def _has_bad_ends() -> Exists:
    """The condition that some job of a workflow ended badly."""
    statuses = [status.value for status in ENDED_BADLY]
    return Exists(Job.objects.filter(workflow=OuterRef("pk"), status__in=statuses))


def _n_bad_ends(counts: Mapping[str, int]) -> int:
    return sum(counts.get(status.word, 0) for status in ENDED_BADLY)


def _elapsed(workflow: Workflow, now: datetime) -> float | None:
    started, ended = workflow.started_at, workflow.ended_at or now
    return (ended - started).total_seconds() if started and workflow.is_started else None


def _eta(counts: dict[str, int], recent: RecentAttempts | None) -> str:
    seconds = seconds_left(counts, recent.median_seconds) if recent else None
    return "" if seconds is None else rough_duration(seconds)


def _changed_at(workflow: Workflow, recent: RecentAttempts | None) -> datetime:
    times = (workflow.created_at, workflow.started_at, workflow.ended_at)
    return max(at for at in (*times, recent and recent.last_ended_at) if at)


def _latest_failures(ids: Iterable[int]) -> dict[int, LatestFailure]:
    """Return by workflow id the job that failed last, with the line of its log that says why."""
    attempts = failed_now().filter(workflow=OuterRef("pk")).order_by("-ended_at", "-pk")
    workflows = Workflow.objects.filter(pk__in=list(ids)).annotate(
        job=Subquery(attempts.values("job")[:1])
    )
    latest = Result.objects.filter(job=OuterRef("pk")).order_by("-run_id", "-attempt_id")
    error_line = Subquery(latest.values("error_line")[:1])
    jobs: Any = Job.objects.only("name", "reason", "workflow")
    jobs = jobs.filter(pk__in=workflows.values("job")).annotate(error_line=error_line)
    return {
        job.workflow_id: LatestFailure(job, with_error(job.reason, job.error_line)) for job in jobs
    }


def _status_counts(ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return by workflow id how many jobs have each status; an index holds all it takes."""
    counts = (
        Job.objects.filter(workflow__in=ids)
        .order_by()
        .values_list("workflow", "status")
        .annotate(count=Count("pk"))
    )
    n_jobs = {(workflow_id, status): count for workflow_id, status, count in counts}
    return {
        pk: {
            status.word: n_jobs[pk, status.value]
            for status in DISPLAY_ORDER
            if (pk, status.value) in n_jobs
        }
        for pk in ids
    }


def _status(workflow: Workflow, counts: dict[str, int], n_online: int) -> WorkflowStatus:
    return workflow_status(
        counts,
        is_active=workflow.is_active,
        is_canceled=workflow.is_canceled,
        waiting_reason=None if n_online else NO_WORKER,
    )


class Usage(NamedTuple):
    """How much of something is in use."""

    used: int
    total: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over workflows and over the workers that are online."""

    n_running: int
    n_ready: int
    n_attention: int
    """Workflows with jobs that ended badly."""
    n_workers: int
    cpus: Usage
    memory: Usage
    """In bytes."""
    gpus: Usage

    @property
    def is_idle(self) -> bool:
        """Return whether jobs wait for nothing but a worker, and none is online."""
        return self.n_ready > 0 and not self.n_workers


def totals(workflows: WorkflowQuerySet, nodes: Sequence[Node]) -> Totals:
    """Return the sums, in two queries.

    Args:
        workflows: those that the person may see.
        nodes: the workers that are online.
    """
    active = workflows.filter(IS_ACTIVE).values("pk")
    jobs = Job.objects.filter(workflow__in=active).with_status(JobStatus.READY, *ACTIVE)
    counts = dict(jobs.order_by().values_list("status").annotate(n=Count("pk")))
    sizes = [(node, node.capacity) for node in nodes]
    n_gpus = sum(capacity.num_gpus for _, capacity in sizes)
    n_cpus = sum(capacity.num_cpus for _, capacity in sizes)
    n_bytes = sum(capacity.memory_bytes for _, capacity in sizes)
    return Totals(
        n_running=sum(counts.get(status.value, 0) for status in ACTIVE),
        n_ready=counts.get(JobStatus.READY.value, 0),
        n_attention=in_state(workflows, "attention").count(),
        n_workers=len(nodes),
        cpus=Usage(n_cpus - sum(node.free_cpus for node, _ in sizes), n_cpus),
        memory=Usage(n_bytes - sum(node.free_memory for node, _ in sizes), n_bytes),
        gpus=Usage(n_gpus - sum(len(node.free_gpus) for node, _ in sizes), n_gpus),
    )


def in_state(workflows: WorkflowQuerySet, state: str) -> WorkflowQuerySet:
    """Return those of the workflows that are in a state; all of them for an unknown one."""
    if state == "attention":
        return workflows.filter(_has_bad_ends(), is_archived=False)
    if state == "running":
        return workflows.filter(IS_ACTIVE)
    if state == "resting":
        return workflows.filter(is_started=False, is_archived=False)
    if state == "ended":
        return workflows.filter(ended_at__isnull=False, is_archived=False)
    return workflows.filter(is_archived=True) if state == "archived" else workflows
