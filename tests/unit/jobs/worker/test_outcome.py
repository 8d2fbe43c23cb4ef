"""What an attempt came to."""

import pytest

from jobs.worker.outcome import CUT_OFF, VANISHED, LeaderExit, leader_exit
from jobs.worker.process import Record


def record_of(code: int | None, *, is_fenced: bool = False) -> Record:
    return Record(1.0, 7, code, is_held=False, written_at=2.0, is_fenced=is_fenced)


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
