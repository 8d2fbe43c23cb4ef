"""A node whose lease ran out ends its jobs, and only then."""

import subprocess
from pathlib import Path

import pytest

from torc_site import sessions
from torc_site.fencing import LEASE_SECONDS, Fence


@pytest.mark.parametrize(
    ("stamp", "left"),
    [
        (None, LEASE_SECONDS),
        ("900.5", LEASE_SECONDS - 99.5),
        ("700", LEASE_SECONDS - 300),
        ("5000", LEASE_SECONDS),
        ("", LEASE_SECONDS),
    ],
    ids=["no stamp", "renewed", "run out", "from an earlier boot", "half written"],
)
def test_the_lease_lasts_from_the_last_stamp(
    tmp_path: Path, stamp: str | None, left: float
) -> None:
    if stamp is not None:
        (tmp_path / "lease").write_text(stamp)
    assert Fence(tmp_path, clock=lambda: 1000.0).seconds_left() == left


@pytest.mark.parametrize(("stamp", "lives"), [("761", True), ("759", False)])
def test_jobs_end_when_the_lease_ran_out(tmp_path: Path, stamp: str, lives: bool) -> None:
    (tmp_path / "attempts").mkdir()
    job = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        leader = sessions.find(job.pid)
        assert leader
        (tmp_path / "attempts" / "1").write_text(f"{leader.pid} {leader.start_ticks}\n")
        (tmp_path / "lease").write_text(stamp)
        Fence(tmp_path, clock=lambda: 1000.0).check()
        assert (job.poll() is None) is lives
    finally:
        job.kill()
        job.wait()
