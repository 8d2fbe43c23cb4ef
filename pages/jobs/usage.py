"""Where the time of an attempt went, and what it used of what it asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from jobs.logs.read import series_so_far
from jobs.models import Job, Result
from jobs.statuses import COMPLETE, JobStatus
from jobs.worker.usage import Point, decoded, outline
from workflows.models import Workflow

CHART_WIDTH, CHART_HEIGHT = 300.0, 44.0
HEADROOM = 1.08
SHORTEST_SERIES = 2.0
"""Seconds; what ran shorter was looked at once at most."""
SMALLEST_SHARE = 1.0
"""Percent of the bar that even the shortest stage gets, so that none is invisible."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Memory in bytes or CPU in percent of one: asked, used and drawn over time."""

    asked: float
    peak: float | None
    average: float | None
    path: str = ""
    """Of the line; empty if there is none."""
    latest: float | None = None
    """What is used now; None of what has ended."""

    @property
    def is_over(self) -> bool:
        """More was used than asked."""
        return self.peak is not None and self.peak > self.asked

    @property
    def share(self) -> int | None:
        """Return the peak in percent of what was asked."""
        return None if self.peak is None or not self.asked else round(100 * self.peak / self.asked)

    @property
    def asked_at(self) -> float:
        """Return the height in the drawing at which the asked amount stands."""
        return round(CHART_HEIGHT * (1 - self.asked / _top(self.asked, self.peak)), 1)


def stages_of(
    job: Job, workflow: Workflow, attempt: Result | None, now: datetime, *, is_latest: bool
) -> list[Stage]:
    """Return how long the job waited for others, for room and for its start, and how long it ran.

    Args:
        job: it knows when it became ready the last time only.
        workflow: it is not blocked before its start.
        attempt: the one that is looked at, if there is one.
        now: the clock.
        is_latest: no later attempt follows it.
    """
    waited = _waited(job, workflow) if is_latest else []
    if attempt and attempt.attempt_id > 1:
        waited = [(word, at) for word, at in waited if word == "ready"]  # it was not blocked again
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


@dataclass(frozen=True, slots=True)
class _Used:
    """What an attempt was seen to use; None where it was not looked at."""

    points: Sequence[Point]
    peak_memory: int
    average_memory: float | None
    peak_cpu: float | None
    average_cpu: float | None


def _in_the_end(attempt: Result) -> _Used | None:
    if attempt.peak_memory_bytes is None:
        return None
    return _Used(
        decoded(attempt.usage) if (attempt.exec_seconds or 0) >= SHORTEST_SERIES else [],
        attempt.peak_memory_bytes,
        attempt.avg_memory_bytes,
        attempt.peak_cpu_percent,
        attempt.avg_cpu_percent,
    )


def _so_far(attempt: Result) -> _Used | None:
    points = series_so_far(attempt)
    if not points:
        return None
    memory, cpu = [one.memory for one in points], [one.cpu for one in points]
    return _Used(points, max(memory), fmean(memory), max(cpu), fmean(cpu))


def measures_of(attempt: Result | None) -> dict[str, Measure]:
    """Return what an attempt used, so far if it runs; nothing if it was never looked at."""
    if attempt is None:
        return {}
    is_over = attempt.ended_at is not None
    used = _in_the_end(attempt) if is_over else _so_far(attempt)
    if used is None:
        return {}
    memory = [float(one.memory) for one in used.points]
    cpu = [one.cpu for one in used.points]
    asked_cpu = attempt.num_cpus * 100.0
    return {
        "memory": Measure(
            attempt.memory_bytes,
            used.peak_memory,
            used.average_memory,
            _path(used.points, memory, _top(attempt.memory_bytes, used.peak_memory)),
            None if is_over else memory[-1],
        ),
        "cpu": Measure(
            asked_cpu,
            used.peak_cpu,
            used.average_cpu,
            _path(used.points, cpu, _top(asked_cpu, used.peak_cpu)),
            None if is_over else cpu[-1],
        ),
    }


def _top(asked: float, peak: float | None) -> float:
    return (max(asked, peak or 0.0) or 1.0) * HEADROOM


def _path(points: Sequence[Point], values: Sequence[float], top: float) -> str:
    if len(points) < 2:
        return ""
    pairs = [(point.seconds, value) for point, value in zip(points, values, strict=True)]
    return outline(pairs, top, CHART_WIDTH, CHART_HEIGHT)


@dataclass(frozen=True, slots=True)
class Stage:
    """A time in one status; start and width are percent of the whole."""

    word: str
    seconds: float
    start: float
    width: float


def stages(moments: Sequence[tuple[str, datetime | None]], end: datetime | None) -> list[Stage]:
    """Return the stages in their order.

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
    found, start = [], 0.0
    for (word, seconds), share in zip(spans, raised, strict=True):
        found.append(Stage(word, seconds, round(start, 2), round(share * scale, 2)))
        start += share * scale
    return found
