"""How long a workflow will take yet, from what its jobs took. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from jobs.statuses import ACTIVE, COMPLETE, JobStatus

_NEVER_RUNS = (*COMPLETE, JobStatus.DISABLED, JobStatus.PENDING_FAILED)


def seconds_left(counts: Mapping[str, int], median_seconds: float | None) -> float | None:
    """Return how long the rest will take if jobs go on as they went; None if nothing tells.

    Those that run are taken to be half done, and as many as now to run side by side.

    Args:
        counts: number of jobs by status word.
        median_seconds: what a job took.
    """
    n_running = sum(counts.get(one.word, 0) for one in ACTIVE)
    n_over = sum(counts.get(one.word, 0) for one in _NEVER_RUNS)
    n_left = sum(counts.values()) - n_over
    if median_seconds is None or not n_running:
        return None
    rounds = max(1.0, (n_left - n_running / 2) / n_running)
    return median_seconds * (rounds if n_left > n_running else 0.5)


def in_words(seconds: float) -> str:
    """Return a span as roughly as an estimate deserves: ``40 s``, ``12 min``, ``3.5 h``."""
    if seconds < 60:
        return f"{max(1, round(seconds, -1 if seconds > 10 else 0)):.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    hours = seconds / 3600
    if hours < 10:
        return f"{hours:.1f}".removesuffix(".0") + " h"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} d"
