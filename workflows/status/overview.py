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
from jobs.statuses import DISPLAY_ORDER, JobStatus
from workflows.failures.queries import failed_now
from workflows.models import Workflow, WorkflowQuerySet
from workflows.status.estimating import in_words, seconds_left
from workflows.status.pacing import Pace, paces
from workflows.status.summary import Standing, standing

_BAD = (JobStatus.FAILED, JobStatus.TERMINATED)


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
    is_active = Q(is_started=True, ended_at__isnull=True)
    rank = Case(
        When(is_archived=True, then=Value(3)),
        When(Exists(bad), then=Value(0)),
        When(is_active, then=Value(1)),
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
