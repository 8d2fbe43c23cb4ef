"""How long a job spent in each status on its way through one attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jobs.models import Job, Result
from jobs.statuses import COMPLETE, JobStatus
from workflows.models import Workflow

SMALLEST_SHARE = 1.0
"""Percent of the bar that even the shortest stage gets, so that none is invisible."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The seconds spent in one status; start and width are percent of the bar."""

    word: str
    seconds: float
    start: float
    width: float


def stages(moments: Sequence[tuple[str, datetime | None]], end: datetime | None) -> list[Stage]:
    """Return how long each status lasted, in order.

    Args:
        moments: the status and when it began, in order; those that never began are left out.
        end: when the last one ended; clocks of two machines may differ, and no stage is negative.
    """
    begun = [(word, at) for word, at in moments if at is not None]
    if not begun or end is None:
        return []
    edges = [at for _, at in begun[1:]] + [end]
    spans = [
        (word, max((edge - at).total_seconds(), 0.0))
        for (word, at), edge in zip(begun, edges, strict=True)
    ]
    total = sum(seconds for _, seconds in spans) or 1.0
    raised = [max(SMALLEST_SHARE, 100 * seconds / total) for _, seconds in spans]
    scale = 100 / sum(raised)
    parts, start = [], 0.0
    for (word, seconds), share in zip(spans, raised, strict=True):
        parts.append(Stage(word, seconds, round(start, 2), round(share * scale, 2)))
        start += share * scale
    return parts


def stages_of(
    job: Job, workflow: Workflow, attempt: Result | None, now: datetime, *, is_latest: bool
) -> list[Stage]:
    """Return how long the job waited for others, for room and for its start, and how long it ran.

    Args:
        job: knows when it became ready, for the latest time only.
        workflow: nothing counts as blocked before it was started.
        attempt: the attempt that the page shows, if there is one.
        now: the clock.
        is_latest: no later attempt follows this one.
    """
    waited = _waited(job, workflow) if is_latest else []
    if attempt and attempt.attempt_id > 1:  # a retry is not blocked again
        waited = [(word, at) for word, at in waited if word == "ready"]
    if attempt is None:
        is_waiting = workflow.is_active and job.status in (JobStatus.BLOCKED, JobStatus.READY)
        return stages(waited, now) if is_waiting else []
    begun = [("pending", attempt.opened_at), ("running", attempt.started_at)]
    if attempt.run_id != workflow.run_id:
        waited = []
    return stages([*waited, *begun], attempt.ended_at or now)


def _waited(job: Job, workflow: Workflow) -> list[tuple[str, datetime | None]]:
    started, ready = workflow.started_at, job.ready_at
    if started is None:
        return []
    if ready is None:
        return [] if job.status in COMPLETE else [("blocked", started)]
    if ready <= started:
        return [("ready", started)]
    return [("blocked", started), ("ready", ready)]
