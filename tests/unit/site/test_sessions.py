"""Processes are told apart, and ended as whole sessions."""

import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import wait_until
from torc_site import sessions
from torc_site.sessions import Process


@pytest.fixture
def node_dir(tmp_path: Path) -> Path:
    (tmp_path / "attempts").mkdir()
    return tmp_path


@pytest.fixture
def job(node_dir: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A session that ignores SIGTERM, with a child in a process group of its own."""
    command = "trap '' TERM; set -m; sleep 60 & echo ready; wait; sleep 60"
    with (node_dir / "attempts" / "1").open("w") as record:
        fcntl.flock(record, fcntl.LOCK_EX)
        process = subprocess.Popen(
            ["bash", "-c", command],
            stdout=subprocess.PIPE,
            start_new_session=True,
            pass_fds=[record.fileno()],
        )
        assert process.stdout
        process.stdout.readline()
        leader = sessions.find(process.pid)
        assert leader
        record.write(f"{leader.pid} {leader.start_ticks}\n")
    yield process
    for found in sessions.members(process.pid):
        os.kill(found.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_a_job_is_counted_while_it_lives(node_dir: Path, job: "subprocess.Popen[bytes]") -> None:
    assert sessions.n_running(node_dir) == 1
    assert len(sessions.jobs(node_dir)) >= 2


def test_a_whole_session_ends_although_it_ignores_the_request(
    node_dir: Path, job: "subprocess.Popen[bytes]"
) -> None:
    assert sessions.end(lambda: sessions.jobs(node_dir), grace=0.2)
    assert list(sessions.members(job.pid)) == []
    assert sessions.n_running(node_dir) == 0


def test_what_outlives_its_leader_is_found_by_the_lock(
    node_dir: Path, job: "subprocess.Popen[bytes]"
) -> None:
    job.kill()
    job.wait()
    assert sessions.n_running(node_dir) == 1
    assert sessions.end(lambda: sessions.jobs(node_dir), grace=0.2)


def test_a_stranger_with_the_same_number_is_left_alone(node_dir: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        (node_dir / "attempts" / "1").write_text(f"{stranger.pid} 12\n")
        assert sessions.n_running(node_dir) == 0
        assert sessions.jobs(node_dir) == []
        sessions.send(Process(stranger.pid, 12), signal.SIGKILL)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("text", ["", "half", "12 x\n", "\x00\n"])
def test_a_half_written_record_names_no_process(node_dir: Path, text: str) -> None:
    (node_dir / "attempts" / "1").write_text(text)
    assert sessions.n_running(node_dir) == 0


def test_a_node_that_ran_nothing_has_no_jobs(tmp_path: Path) -> None:
    assert sessions.jobs(tmp_path) == []


def test_a_zombie_is_not_living() -> None:
    process = subprocess.Popen(["true"])
    wait_until(lambda: sessions.find(process.pid) is None, 5, "the process ended")
    process.wait()
