"""What an attempt came to."""

import pytest

from jobs.worker.outcome import CUT_OFF, VANISHED, End, end_of
from jobs.worker.process import Record


def record_of(code: int | None, *, is_fenced: bool = False) -> Record:
    return Record(1.0, 7, code, is_held=False, written_at=2.0, is_fenced=is_fenced)


@pytest.mark.parametrize(
    ("record", "code", "end"),
    [
        (record_of(0), 0, End(0, "")),
        (record_of(3), 3, End(3, "")),
        (record_of(None), 5, End(5, "")),  # a full disk took the record
        (record_of(3), -9, End(3, "")),  # adopted: nobody was its parent
        (record_of(None), -9, End(-9, VANISHED)),
        (None, -9, End(-9, VANISHED)),
        (record_of(143, is_fenced=True), 143, End(143, CUT_OFF)),
        (record_of(None, is_fenced=True), -9, End(-9, CUT_OFF)),
        (record_of(0, is_fenced=True), 0, End(0, "")),  # it ended well just before
    ],
)
def test_an_exit_code_counts_if_it_is_the_jobs_own(
    record: Record | None, code: int, end: End
) -> None:
    assert end_of(record, code) == end
