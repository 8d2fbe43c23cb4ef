"""What an attempt used of the memory and the CPUs that were reserved for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from jobs.logs.read import series_so_far
from jobs.models import Result
from jobs.worker.usage import Point, decoded, outline

CHART_WIDTH, CHART_HEIGHT = 300.0, 44.0
HEADROOM = 1.08
SHORTEST_SERIES = 2.0
"""Seconds; a shorter attempt was measured once at most."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Memory in bytes, or CPU in percent of one: requested, used and drawn over time."""

    requested: float
    peak: float | None
    average: float | None
    path: str = ""
    """Of the line; empty if there is none."""
    latest: float | None = None
    """What is used now; None once the attempt has ended."""

    @property
    def is_over(self) -> bool:
        """Return whether more was used than requested."""
        return self.peak is not None and self.peak > self.requested

    @property
    def share(self) -> int | None:
        """Return the peak in percent of what was requested."""
        if self.peak is None or not self.requested:
            return None
        return round(100 * self.peak / self.requested)

    @property
    def requested_at(self) -> float:
        """Return the height in the drawing at which the requested amount stands."""
        top = _top(self.requested, self.peak)
        return round(CHART_HEIGHT * (1 - self.requested / top), 1)


@dataclass(frozen=True, slots=True)
class _Measured:
    """What an attempt was measured to use; None where nothing was measured."""

    points: Sequence[Point]
    peak_memory: int
    average_memory: float | None
    peak_cpu: float | None
    average_cpu: float | None


def usage_of(attempt: Result | None) -> dict[str, Usage]:
    """Return what an attempt used, so far if it runs; nothing if it was never measured."""
    if attempt is None:
        return {}
    is_over = attempt.ended_at is not None
    measured = _in_the_end(attempt) if is_over else _so_far(attempt)
    if measured is None:
        return {}
    memory = [float(point.memory) for point in measured.points]
    cpu = [point.cpu for point in measured.points]
    requested_cpu = attempt.num_cpus * 100.0
    return {
        "memory": Usage(
            attempt.memory_bytes,
            measured.peak_memory,
            measured.average_memory,
            _path(measured.points, memory, _top(attempt.memory_bytes, measured.peak_memory)),
            None if is_over else memory[-1],
        ),
        "cpu": Usage(
            requested_cpu,
            measured.peak_cpu,
            measured.average_cpu,
            _path(measured.points, cpu, _top(requested_cpu, measured.peak_cpu)),
            None if is_over else cpu[-1],
        ),
    }


def _in_the_end(attempt: Result) -> _Measured | None:
    if attempt.peak_memory_bytes is None:
        return None
    return _Measured(
        decoded(attempt.usage) if (attempt.exec_seconds or 0) >= SHORTEST_SERIES else [],
        attempt.peak_memory_bytes,
        attempt.avg_memory_bytes,
        attempt.peak_cpu_percent,
        attempt.avg_cpu_percent,
    )


def _so_far(attempt: Result) -> _Measured | None:
    points = series_so_far(attempt)
    if not points:
        return None
    memory, cpu = [point.memory for point in points], [point.cpu for point in points]
    return _Measured(points, max(memory), fmean(memory), max(cpu), fmean(cpu))


def _top(requested: float, peak: float | None) -> float:
    return (max(requested, peak or 0.0) or 1.0) * HEADROOM


def _path(points: Sequence[Point], values: Sequence[float], top: float) -> str:
    if len(points) < 2:
        return ""
    pairs = [(point.seconds, value) for point, value in zip(points, values, strict=True)]
    return outline(pairs, top, CHART_WIDTH, CHART_HEIGHT)
