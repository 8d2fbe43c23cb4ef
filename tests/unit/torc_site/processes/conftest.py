"""A job that does not end when it is asked to."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.worker import process as job_process
from tests.servers import wait_until

STUBBORN = "trap '' TERM; set -m; sleep 60 & echo ready; wait; sleep 60"


@pytest.fixture
def stubborn_job(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
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
