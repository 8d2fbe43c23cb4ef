"""What an attempt came to."""

import pytest

from jobs.statuses import KillReason
from jobs.worker.outcome import (
    CUT_OFF,
    VANISHED,
    LeaderExit,
    leader_exit,
    meaning_of_exit,
    seconds_since_end,
)
from jobs.worker.process import Record
from tests.unit.jobs.worker.plans import plan


def record_of(code: int | None, *, is_fenced: bool = False) -> Record:
    return Record(1.0, 7, code, is_held=False, written_at=2.0, is_fenced=is_fenced)


@pytest.mark.parametrize(
    ("record", "now", "late"),
    [
        (record_of(0), 2.01, 0.01),
        (record_of(0), 32.0, 30.0),  # the worker was frozen
        (record_of(0), 3602.0, 60.0),  # the clock was set meanwhile
        (record_of(0), 1.0, 0.0),
        (record_of(None), 32.0, 0.0),
        (None, 32.0, 0.0),
    ],
)
def test_an_attempt_ended_when_its_record_says_and_not_when_somebody_looked(
    record: Record | None, now: float, late: float
) -> None:
    assert seconds_since_end(record, now, lived=60.0) == pytest.approx(late)


@pytest.mark.parametrize(
    ("record", "code", "end"),
    [
        (record_of(0), 0, LeaderExit(0, "")),
        (record_of(3), 3, LeaderExit(3, "")),
        (record_of(None), 5, LeaderExit(5, "")),  # a full disk took the record
        (record_of(3), -9, LeaderExit(3, "")),  # adopted: nobody was its parent
        (record_of(None), -9, LeaderExit(-9, VANISHED)),
        (None, -9, LeaderExit(-9, VANISHED)),
        (record_of(143, is_fenced=True), 143, LeaderExit(143, CUT_OFF)),
        (record_of(None, is_fenced=True), -9, LeaderExit(-9, CUT_OFF)),
        (record_of(0, is_fenced=True), 0, LeaderExit(0, "")),  # it ended well just before
    ],
)
def test_an_exit_code_counts_if_it_is_the_jobs_own(
    record: Record | None, code: int, end: LeaderExit
) -> None:
    assert leader_exit(record, code) == end


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (1, "return code 1"),
        (128, "return code 128"),
        (129, "ended by signal 1 (SIGHUP)"),
        (137, "ended by signal 9 (SIGKILL)"),
        (139, "ended by signal 11 (SIGSEGV)"),
        (145, "return code 145"),  # nothing ends by SIGCHLD
        (159, "ended by signal 31 (SIGSYS)"),
        (160, "return code 160"),  # there is no signal 32
        (200, "return code 200"),
        (255, "return code 255"),
        (-9, "ended by signal 9 (SIGKILL)"),
        (-40, "ended by signal 40"),
    ],
)
def test_a_code_is_a_signal_only_if_that_signal_ends_processes(code: int, reason: str) -> None:
    assert meaning_of_exit(code, "", (), plan()).reason == reason


@pytest.mark.parametrize(
    ("kill_reason", "reason"),
    [
        (KillReason.RUNTIME, "ran longer than its limit of PT2H"),
        (KillReason.MEMORY, "used more memory than its limit of 100m"),
    ],
)
def test_a_limit_is_given_as_it_was_written(kill_reason: str, reason: str) -> None:
    assert meaning_of_exit(143, kill_reason, (), plan()).reason == reason
