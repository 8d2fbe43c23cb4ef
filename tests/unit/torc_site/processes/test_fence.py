"""A node whose lease ran out ends its jobs, and only then."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.worker import process as job_process
from tests.servers import wait_until
from torc_site.processes import fence
from torc_site.processes.fence import Fence

STUBBORN = "trap '' TERM; set -m; sleep 60 & echo ready; wait; sleep 60"


@pytest.fixture
def job(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A job that ignores SIGTERM, with a child in a process group of its own."""
    (tmp_path / "attempts").mkdir()
    record = tmp_path / "attempts" / "1"
    out = tmp_path / "out"
    launch = job_process.Launch(
        record, STUBBORN, {"PATH": "/usr/bin:/bin"}, str(tmp_path), out, tmp_path / "err"
    )
    process = job_process.start(launch)
    wait_until(lambda: out.read_text() == "ready\n", 5, "the job started")
    yield process
    job_process.send(record, signal.SIGKILL)
    process.wait()


def test_a_job_counts_as_running_until_all_of_it_has_ended(
    tmp_path: Path, job: "subprocess.Popen[bytes]"
) -> None:
    assert len(fence.running(tmp_path)) == 1
    job.kill()
    job.wait()
    assert len(fence.running(tmp_path)) == 1


def test_jobs_that_ignore_the_request_are_killed_when_somebody_is_in_a_hurry(
    tmp_path: Path, job: "subprocess.Popen[bytes]"
) -> None:
    assert fence.end_jobs(tmp_path, is_hurried=lambda seconds: True)
    assert fence.running(tmp_path) == []
    job.wait(5)


def test_a_node_that_ran_nothing_has_no_jobs(tmp_path: Path) -> None:
    assert fence.running(tmp_path) == []
    assert fence.end_jobs(tmp_path)


@pytest.mark.parametrize(
    ("stamp", "silence"),
    [(None, 0), ("900.5", 99.5), ("700", 300), ("5000", 0), ("", 0)],
    ids=["no stamp", "renewed", "run out", "from an earlier boot", "half written"],
)
def test_silence_lasts_from_the_last_heartbeat(
    tmp_path: Path, stamp: str | None, silence: float
) -> None:
    if stamp is not None:
        (tmp_path / "lease").write_text(stamp)
    assert Fence(tmp_path, clock=lambda: 1000.0).silence() == silence


@pytest.mark.parametrize(("stamp", "n_left"), [("761", 1), ("759", 0)])
def test_jobs_end_when_the_lease_ran_out(
    tmp_path: Path,
    job: "subprocess.Popen[bytes]",
    monkeypatch: pytest.MonkeyPatch,
    stamp: str,
    n_left: int,
) -> None:
    monkeypatch.setattr(fence, "GRACE", 0.2)
    (tmp_path / "lease").write_text(stamp)
    Fence(tmp_path, clock=lambda: 1000.0).check()
    assert len(fence.running(tmp_path)) == n_left
    (record,) = [
        job_process.read_record(path) for path in job_process.records_in(tmp_path / "attempts")
    ]
    assert record is not None
    assert record.is_fenced == (n_left == 0)
