"""Many workflows at a glance: how each stands, those that need somebody first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from jobs.explain.job_rows import with_error
from jobs.explain.why_not_running import NO_WORKER
from jobs.models import Job, Result
from jobs.scheduling.fit import Node
from jobs.statuses import ACTIVE, DISPLAY_ORDER, JobStatus
from workflows.failures.queries import failed_now
from workflows.models import Workflow, WorkflowQuerySet
from workflows.status.durations import Pace, in_words, paces, seconds_left
from workflows.status.summary import Standing, standing

_BAD = (JobStatus.FAILED, JobStatus.TERMINATED)
IS_ACTIVE = Q(is_started=True, ended_at__isnull=True)
STATES = ("attention", "running", "resting", "ended", "archived")
"""What the list of workflows may be narrowed down to."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The job that failed last, and why."""

    job: Job
    reason: str


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One workflow among many."""

    workflow: Workflow
    counts: dict[str, int]
    """Jobs by status word, in the order of the bars."""
    standing: Standing
    failure: Failure | None
    elapsed: float | None
    """Seconds from its start to its end, or until now."""
    eta: str
    """How long it will take yet, in words; empty if nothing tells."""
    changed_at: datetime


def attention_first(workflows: WorkflowQuerySet) -> WorkflowQuerySet:
    """Order workflows: with failures, then active, then the rest; the latest first in each."""
    bad = Job.objects.filter(workflow=OuterRef("pk"), status__in=[one.value for one in _BAD])
    rank = Case(
        When(is_archived=True, then=Value(3)),
        When(Exists(bad), then=Value(0)),
        When(IS_ACTIVE, then=Value(1)),
        default=Value(2),
    )
    changed = Coalesce("ended_at", "started_at", "created_at")
    return workflows.annotate(rank=rank, changed=changed).order_by("rank", "-changed", "-pk")


def survey(workflows: Sequence[Workflow], *, n_online: int, now: datetime) -> list[Surveyed]:
    """Say how each of these workflows stands, in three queries.

    Args:
        workflows: few enough for one page.
        n_online: how many workers are online.
        now: the clock.
    """
    ids = [one.pk for one in workflows]
    counts = _counted(ids)
    found = paces({one.pk: one.run_id for one in workflows if one.is_active})
    failures = _latest_failures(pk for pk in ids if any(counts[pk].get(one.word) for one in _BAD))
    return [
        Surveyed(
            workflow=one,
            counts=counts[one.pk],
            standing=_standing(one, counts[one.pk], n_online),
            failure=failures.get(one.pk),
            elapsed=_elapsed(one, now),
            eta=_eta(counts[one.pk], found.get(one.pk)),
            changed_at=_changed_at(one, found.get(one.pk)),
        )
        for one in workflows
    ]


def _elapsed(workflow: Workflow, now: datetime) -> float | None:
    started, ended = workflow.started_at, workflow.ended_at or now
    return (ended - started).total_seconds() if started and workflow.is_started else None


def _eta(counts: dict[str, int], pace: Pace | None) -> str:
    seconds = seconds_left(counts, pace.median_seconds) if pace else None
    return "" if seconds is None else in_words(seconds)


def _changed_at(workflow: Workflow, pace: Pace | None) -> datetime:
    seen = (workflow.created_at, workflow.started_at, workflow.ended_at)
    return max(at for at in (*seen, pace and pace.last_ended_at) if at)


def _latest_failures(ids: Iterable[int]) -> dict[int, Failure]:
    """Workflow id -> the job that failed last, with the line of its log that says more."""
    ends = failed_now().filter(workflow=OuterRef("pk")).order_by("-ended_at", "-pk")
    workflows = Workflow.objects.filter(pk__in=list(ids)).annotate(
        job=Subquery(ends.values("job")[:1])
    )
    attempts = Result.objects.filter(job=OuterRef("pk")).order_by("-run_id", "-attempt_id")
    said = Subquery(attempts.values("error_line")[:1])
    jobs: Any = Job.objects.only("name", "reason", "workflow")
    jobs = jobs.filter(pk__in=workflows.values("job")).annotate(error_line=said)
    return {job.workflow_id: Failure(job, with_error(job.reason, job.error_line)) for job in jobs}


def _counted(ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Workflow id -> its counts; an index has them."""
    found = (
        Job.objects.filter(workflow__in=ids)
        .order_by()
        .values_list("workflow", "status")
        .annotate(count=Count("pk"))
    )
    rows = {(workflow, status): count for workflow, status, count in found}
    return {
        pk: {one.word: rows[pk, one.value] for one in DISPLAY_ORDER if (pk, one.value) in rows}
        for pk in ids
    }


def _standing(workflow: Workflow, counts: dict[str, int], n_online: int) -> Standing:
    return standing(
        counts,
        is_active=workflow.is_active,
        is_canceled=workflow.is_canceled,
        waiting_reason=None if n_online else NO_WORKER,
    )


@dataclass(frozen=True, slots=True)
class Glance:
    """Sums over workflows and over the workers that are online."""

    n_running: int
    n_ready: int
    n_attention: int
    """Workflows with jobs that failed or were terminated."""
    n_workers: int
    cpus: tuple[int, int]
    """In use, and there are."""
    memory: tuple[int, int]
    gpus: tuple[int, int]

    @property
    def is_idle(self) -> bool:
        """Return whether jobs wait for nothing but a worker, and none is online."""
        return self.n_ready > 0 and not self.n_workers


def glance(workflows: WorkflowQuerySet, nodes: Sequence[Node]) -> Glance:
    """Sum up, in two queries.

    Args:
        workflows: those that the person may see.
        nodes: the workers that are online.
    """
    active = workflows.filter(IS_ACTIVE).values("pk")
    moving = Job.objects.filter(workflow__in=active).with_status(JobStatus.READY, *ACTIVE)
    counts = dict(moving.order_by().values_list("status").annotate(n=Count("pk")))
    sizes = [(node, node.capacity) for node in nodes]
    n_gpus = sum(size.num_gpus for _, size in sizes)
    n_cpus = sum(size.num_cpus for _, size in sizes)
    n_bytes = sum(size.memory_bytes for _, size in sizes)
    return Glance(
        n_running=sum(counts.get(one.value, 0) for one in ACTIVE),
        n_ready=counts.get(JobStatus.READY.value, 0),
        n_attention=in_state(workflows, "attention").count(),
        n_workers=len(nodes),
        cpus=(n_cpus - sum(node.free_cpus for node, _ in sizes), n_cpus),
        memory=(n_bytes - sum(node.free_memory for node, _ in sizes), n_bytes),
        gpus=(n_gpus - sum(len(node.free_gpus) for node, _ in sizes), n_gpus),
    )


def in_state(workflows: WorkflowQuerySet, state: str) -> WorkflowQuerySet:
    """Return those of the workflows that are in a state; all of them for an unknown one."""
    if state == "attention":
        bad = Job.objects.filter(workflow=OuterRef("pk"), status__in=[one.value for one in _BAD])
        return workflows.filter(Exists(bad), is_archived=False)
    if state == "running":
        return workflows.filter(IS_ACTIVE)
    if state == "resting":
        return workflows.filter(is_started=False, is_archived=False)
    if state == "ended":
        return workflows.filter(ended_at__isnull=False, is_archived=False)
    return workflows.filter(is_archived=True) if state == "archived" else workflows
