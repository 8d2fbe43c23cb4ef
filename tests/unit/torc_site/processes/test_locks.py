"""A folder has one holder, whose death frees it."""

from pathlib import Path

import pytest

from torc_site.processes import locks


def test_the_second_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    lock = locks.take(tmp_path / "lock")
    lock.describe("process 12, http://127.0.0.1:8080")
    with pytest.raises(locks.LockHeld, match="process 12"):
        locks.take(tmp_path / "lock")
    assert locks.is_held(tmp_path / "lock")
    lock.release()
    assert not locks.is_held(tmp_path / "lock")
    locks.take(tmp_path / "lock").release()


def test_a_lock_that_nobody_made_is_not_held(tmp_path: Path) -> None:
    assert not locks.is_held(tmp_path / "lock")
