"""The status of a whole workflow: one word and one sentence, from what its jobs have. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.statuses import COMPLETE, DISPLAY_ORDER, ENDED_BADLY, JobStatus

_WORST_FIRST = [status for status in reversed(DISPLAY_ORDER) if status in ENDED_BADLY]


@dataclass(frozen=True, slots=True)
class WorkflowStatus:
    """A workflow's status for people."""

    word: str
    """The job status whose color and sign it has."""
    sentence: str


def workflow_status(
    counts: Mapping[str, int],
    *,
    is_active: bool,
    is_canceled: bool,
    waiting_reason: str | None = None,
) -> WorkflowStatus:
    """Return the status of a workflow.

    Args:
        counts: number of jobs by status word.
        is_active: it has been started, and has not ended.
        is_canceled: a person canceled it.
        waiting_reason: why no job of it makes progress, if that is known.
    """
    is_complete = all(JobStatus.of_word(word) in COMPLETE for word in _present(counts))
    if is_complete:
        return _of_ended(counts, is_canceled)
    if is_canceled:
        return WorkflowStatus("canceled", "canceled, running jobs are being ended")
    if is_active:
        return _of_active(counts, waiting_reason)
    return _of_idle(counts)


def _of_ended(counts: Mapping[str, int], is_canceled: bool) -> WorkflowStatus:
    n_canceled = counts.get("canceled", 0)
    if not _present(counts):
        return WorkflowStatus("uninitialized", "has no jobs")
    if worst := _worst(counts):
        return WorkflowStatus(worst, f"ended, {_bad_ends(counts)}")
    if is_canceled or n_canceled:
        return WorkflowStatus("canceled", f"canceled, {n_canceled:,} not done")
    return WorkflowStatus("completed", "completed")


def _of_active(counts: Mapping[str, int], waiting_reason: str | None) -> WorkflowStatus:
    worst = _worst(counts)
    if waiting_reason:
        sentence = f"{_bad_ends(counts) if worst else 'waits'}, nothing moves"
        return WorkflowStatus(worst or "blocked", sentence)
    if worst:
        return WorkflowStatus(worst, f"{_bad_ends(counts)}, still running")
    return WorkflowStatus("running", "running")


def _of_idle(counts: Mapping[str, int]) -> WorkflowStatus:
    if worst := _worst(counts):
        return WorkflowStatus(worst, f"stopped, {_bad_ends(counts)}")
    if set(_present(counts)) <= {"uninitialized", "disabled"}:
        return WorkflowStatus("uninitialized", "not initialized")
    return WorkflowStatus("ready", "initialized, not started")


def _present(counts: Mapping[str, int]) -> list[str]:
    return [word for word, count in counts.items() if count]


def _worst(counts: Mapping[str, int]) -> str:
    """Return the word of the worst end that a job came to; empty if none ended badly."""
    return next((status.word for status in _WORST_FIRST if counts.get(status.word)), "")


def _bad_ends(counts: Mapping[str, int]) -> str:
    """Return how many jobs ended badly, by status: ``3 failed, 1 pending failed``."""
    present = [status.word for status in _WORST_FIRST if counts.get(status.word)]
    return ", ".join(f"{counts[word]:,} {word.replace('_', ' ')}" for word in present)
