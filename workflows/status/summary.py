"""How a workflow stands: one word, one sentence. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.statuses import COMPLETE, JobStatus

_BAD = (JobStatus.FAILED, JobStatus.TERMINATED)


@dataclass(frozen=True, slots=True)
class Standing:
    """A workflow's state for people."""

    status: str
    """The job status whose colour and sign it wears."""
    sentence: str


def standing(
    counts: Mapping[str, int],
    *,
    is_active: bool,
    is_canceled: bool,
    waiting_reason: str | None = None,
) -> Standing:
    """Say how a workflow stands.

    Args:
        counts: number of jobs by status word.
        is_active: started, and not at its end.
        is_canceled: a person gave it up.
        waiting_reason: why nothing moves, if it is known.
    """
    n_bad = sum(counts.get(one.word, 0) for one in _BAD)
    is_over = all(JobStatus.of_word(word) in COMPLETE for word, count in counts.items() if count)
    if is_over:
        return _ended(counts, n_bad, is_canceled)
    if is_canceled:
        return Standing("canceled", "canceled, running jobs are being ended")
    if is_active:
        return _moving(counts, n_bad, waiting_reason)
    return _resting(counts, n_bad)


def _ended(counts: Mapping[str, int], n_bad: int, is_canceled: bool) -> Standing:
    n_canceled = counts.get("canceled", 0)
    if not any(counts.values()):
        return Standing("uninitialized", "has no jobs")
    if n_bad:
        return Standing(_worst(counts), f"ended, {_bad_words(counts)}")
    if is_canceled or n_canceled:
        return Standing("canceled", f"canceled, {n_canceled:,} not done")
    return Standing("completed", "completed")


def _moving(counts: Mapping[str, int], n_bad: int, waiting_reason: str | None) -> Standing:
    if waiting_reason:
        words = f"{_bad_words(counts)}, nothing moves" if n_bad else "waits, nothing moves"
        return Standing(_worst(counts) if n_bad else "blocked", words)
    if n_bad:
        return Standing(_worst(counts), f"{_bad_words(counts)}, still running")
    return Standing("running", "running")


def _resting(counts: Mapping[str, int], n_bad: int) -> Standing:
    if n_bad:
        return Standing(_worst(counts), f"stopped, {_bad_words(counts)}")
    if set(_present(counts)) <= {"uninitialized", "disabled"}:
        return Standing("uninitialized", "not initialised")
    return Standing("ready", "initialised, not started")


def _present(counts: Mapping[str, int]) -> list[str]:
    return [word for word, count in counts.items() if count]


def _worst(counts: Mapping[str, int]) -> str:
    return "failed" if counts.get("failed") else "terminated"


def _bad_words(counts: Mapping[str, int]) -> str:
    named = ((counts.get(one.word, 0), one.word) for one in _BAD)
    return ", ".join(f"{count:,} {word}" for count, word in named if count)
