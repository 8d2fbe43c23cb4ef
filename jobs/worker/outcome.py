"""What the end of a process says of its attempt: from its exit code, and from who ended it and why.

Knows no Django.
"""

from __future__ import annotations

from typing import NamedTuple

from jobs.scheduling.attempts import AttemptPlan
from jobs.statuses import (
    RETURN_CODE_MEMORY,
    RETURN_CODE_RUNTIME,
    JobStatus,
    KillReason,
    ending_signal,
    signal_text,
)
from jobs.worker.process import Record

VANISHED = "its processes vanished without a return code"
CUT_OFF = "its node was cut off from the database and ended it, as others might start it again"


class LeaderExit(NamedTuple):
    """How the leader of an attempt's process tree ended."""

    code: int
    """Exit code; negative for a signal."""
    lost_reason: str
    """Why the code says nothing of the job; empty when it does."""


class ExitMeaning(NamedTuple):
    """What an exit says of its attempt."""

    status: JobStatus
    return_code: int
    reason: str


def leader_exit(record: Record | None, code: int) -> LeaderExit:
    """Return how a leader ended.

    Args:
        record: what its record file says; it knows better than `code`.
        code: what its parent saw, negative for a signal.
    """
    recorded = record.return_code if record else None
    final = code if recorded is None else recorded
    if record is not None and record.is_fenced and recorded != 0:
        return LeaderExit(final, CUT_OFF)
    return LeaderExit(final, VANISHED if recorded is None and code < 0 else "")


def seconds_since_end(record: Record | None, now: float, lived: float) -> float:
    """Return how long ago a process ended, as its record file says; 0 where that is unknown.

    Args:
        record: what the file says.
        now: seconds since 1970; a clock that was set meanwhile counts for no more than `lived`.
        lived: seconds from its start until somebody saw its end.
    """
    if record is None or record.return_code is None:
        return 0.0
    return min(max(now - record.written_at, 0.0), lived)


def meaning_of_exit(
    code: int, kill_reason: str, missing: tuple[str, ...], plan: AttemptPlan
) -> ExitMeaning:
    """Return status, return code and reason of an attempt.

    Args:
        code: exit code; negative for a signal.
        kill_reason: why the worker ended it, empty when it did not.
        missing: declared output files that are not there.
        plan: names the limits.
    """
    if kill_reason == KillReason.RUNTIME:
        text = f"ran longer than its limit of {plan.runtime_text}"
        return ExitMeaning(JobStatus.TERMINATED, RETURN_CODE_RUNTIME, text)
    if kill_reason == KillReason.MEMORY:
        text = f"used more memory than its limit of {plan.memory_text}"
        return ExitMeaning(JobStatus.TERMINATED, RETURN_CODE_MEMORY, text)
    if kill_reason:
        return ExitMeaning(JobStatus.CANCELED, code, "canceled while it ran")
    if code == 0 and missing:
        return ExitMeaning(
            JobStatus.FAILED, 1, f"ended well but did not write {', '.join(missing)}"
        )
    if code == 0:
        return ExitMeaning(JobStatus.COMPLETED, 0, "")
    return ExitMeaning(JobStatus.FAILED, code, _failure_text(code))


def _failure_text(code: int) -> str:
    number = ending_signal(code)
    return f"return code {code}" if number is None else signal_text(number)
