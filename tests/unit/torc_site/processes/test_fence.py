"""A node whose lease ran out ends its jobs where another node may take them, and only then."""

import subprocess
from pathlib import Path

import pytest

from jobs.worker import process as job_process
from torc_site.processes import node_jobs
from torc_site.processes.fence import Fence


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def fence_at(folder: Path, started: float, now: float) -> Fence:
    """Return a fence whose parent started then, and looked 5 s before now."""
    clock = Clock(started)
    fence = Fence(folder, 240, 300, clock)
    clock.now = now - 5
    fence.check()
    clock.now = now
    return fence


@pytest.mark.parametrize(
    ("stamp", "silence"),
    [
        (None, 500),
        ("900.5 shared", 99.5),
        ("700 alone", 300),
        ("300 shared", 500),
        ("5000 shared", 500),
        ("", 500),
    ],
    ids=["no stamp", "renewed", "run out", "before this start", "earlier boot", "half written"],
)
def test_silence_lasts_from_the_last_heartbeat_or_from_a_later_start(
    tmp_path: Path, stamp: str | None, silence: float
) -> None:
    if stamp is not None:
        (tmp_path / "lease").write_text(stamp)
    assert fence_at(tmp_path, started=500, now=1000).silence() == silence


@pytest.mark.parametrize(
    ("stamp", "started", "n_left"),
    [("761 shared", 0, 1), ("759 shared", 0, 0), ("500 alone", 0, 1), ("500 shared", 990, 1)],
    ids=["renewed", "run out", "nobody else could take them", "the worker is still to start"],
)
def test_jobs_end_when_the_lease_ran_out_and_another_node_may_take_them(
    tmp_path: Path,
    stubborn_job: "subprocess.Popen[bytes]",
    monkeypatch: pytest.MonkeyPatch,
    stamp: str,
    started: float,
    n_left: int,
) -> None:
    monkeypatch.setattr(node_jobs, "GRACE", 0.2)
    (tmp_path / "lease").write_text(stamp)
    fence_at(tmp_path, started, now=1000).check()
    assert len(node_jobs.running_records(tmp_path)) == n_left
    (record,) = [
        job_process.read_record(path) for path in job_process.records_in(tmp_path / "attempts")
    ]
    assert record is not None
    assert record.is_fenced == (n_left == 0)


@pytest.mark.parametrize(("asleep", "n_left"), [(255, 1), (295, 0)])
def test_a_machine_that_was_paused_keeps_its_jobs_if_it_is_back_before_others_take_them(
    tmp_path: Path,
    stubborn_job: "subprocess.Popen[bytes]",
    monkeypatch: pytest.MonkeyPatch,
    asleep: float,
    n_left: int,
) -> None:
    monkeypatch.setattr(node_jobs, "GRACE", 0.2)
    (tmp_path / "lease").write_text("100 shared")
    clock = Clock(100)
    fence = Fence(tmp_path, 240, 300, clock)
    clock.now += asleep
    assert (fence.check() == 0) == (n_left == 1), "a worker that was paused is not lifeless"
    assert len(node_jobs.running_records(tmp_path)) == n_left


def test_a_worker_that_waits_for_the_database_is_not_lifeless(tmp_path: Path) -> None:
    (tmp_path / "lease").write_text("100 shared")
    (tmp_path / "alive").write_text("998")
    assert fence_at(tmp_path, started=0, now=1000).check() == 2
