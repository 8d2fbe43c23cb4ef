"""The parent, with stand-ins for its children: what it starts, refuses, restarts and stops."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobs.worker import process as job_process
from tests.servers import wait_until
from torc_site.environment import PROJECT_DIR
from torc_site.processes import node_jobs, process_table
from torc_site.processes.parent import stop_message

Start = Callable[..., "Run"]


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Run:
    """A running parent and what it has said so far."""

    def __init__(self, output: Path, process: "subprocess.Popen[bytes]") -> None:
        self._output = output
        self.process = process

    @property
    def text(self) -> str:
        """All that the parent and its children have printed."""
        return self._output.read_text()

    def wait_for(self, pattern: str) -> "re.Match[str]":
        """Return the match of a pattern as soon as the output has it."""
        wait_until(
            lambda: re.search(pattern, self.text) is not None or self.process.poll() is not None,
            20,
            f"{pattern} in {self.text}",
        )
        match = re.search(pattern, self.text)
        assert match, self.text
        return match

    def pids_of(self, name: str) -> list[int]:
        """Return the numbers of all the processes that a child has been."""
        return [int(pid) for pid in re.findall(rf"^{name} (\d+)$", self.text, re.M)]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal the parent and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts a parent on the test's data folder."""
    runs: list[Run] = []
    port = str(free_port())

    def _start(*arguments: str, **variables: str) -> Run:
        output = tmp_path / f"output{len(runs)}"
        environ = {name: text for name, text in os.environ.items() if "TORC_" not in name}
        environ |= {
            "TORC_DATA_DIR": str(tmp_path / "data"),
            "TORC_RUN_DIR": str(tmp_path / "run"),
            "TORC_PORT": port,
        }
        with output.open("ab") as written:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.unit.torc_site.processes.stub_parent", *arguments],
                cwd=PROJECT_DIR,
                env=environ | variables,
                stdout=written,
                stderr=written,
            )
        runs.append(Run(output, process))
        return runs[-1]

    yield _start
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()


@pytest.fixture
def job(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A job that the node's record says is running."""
    folder = tmp_path / "data" / "node" / "attempts"
    folder.mkdir(mode=0o700, parents=True)
    (tmp_path / "data").chmod(0o700)
    (tmp_path / "data" / "node").chmod(0o700)
    record = folder / "1"
    launch = job_process.Launch(
        record, "sleep 60", {"PATH": "/bin"}, "/", tmp_path / "out", tmp_path / "err"
    )
    process = job_process.start(launch)
    yield process
    job_process.send(record, signal.SIGKILL)
    process.wait()


def test_up_starts_all_and_prints_the_address_and_the_link(start: Start) -> None:
    run = start("up")
    run.wait_for(r"torc is running at http://127.0.0.1:\d+\nthe link\nStop with Ctrl-C")
    run.wait_for(r"worker \d+")
    pids = [run.pids_of(name)[0] for name in ("broker", "web", "worker")]
    assert run.stop() == 0
    assert [process_table.find(pid) for pid in pids] == [None, None, None]


def test_everything_in_the_data_folder_is_private(start: Start, tmp_path: Path) -> None:
    run = start("up")
    run.wait_for("torc is running")
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in ((tmp_path / "data"), *(tmp_path / "data").rglob("*"))
    }
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


@pytest.mark.parametrize("name", ["broker", "web", "worker"])
def test_what_dies_is_started_again(start: Start, name: str) -> None:
    run = start("up")
    run.wait_for("torc is running")
    run.wait_for(rf"{name} \d+")
    os.kill(run.pids_of(name)[0], signal.SIGKILL)
    run.wait_for(r"ended \(signal 9\); starting it again in 0.5 s")
    wait_until(lambda: len(run.pids_of(name)) == 2, 10, f"a second {name}")
    assert run.stop() == 0


def test_a_second_server_on_the_folder_is_refused_and_told_who_holds_it(start: Start) -> None:
    first = start("up")
    first.wait_for("torc is running")
    second = start("up", TORC_PORT=str(free_port()))
    assert second.process.wait(20) == 2
    assert "already running on the data folder" in second.text
    assert f"(process {first.process.pid}, http://127.0.0.1:" in second.text
    assert first.process.poll() is None


def test_a_second_worker_on_the_node_folder_is_refused(start: Start, tmp_path: Path) -> None:
    first = start("up")
    first.wait_for("torc is running")
    (tmp_path / "data" / "torc.sqlite3").touch()
    second = start("worker")
    assert second.process.wait(20) == 2
    assert "TORC_NODE_DIR" in second.text
    third = start("worker", "--node-dir", str(tmp_path / "other"))
    third.wait_for("this node's worker is running")
    assert third.stop() == 0


def test_a_killed_parent_leaves_nothing_that_stops_the_next(start: Start) -> None:
    first = start("up")
    first.wait_for("torc is running")
    first.wait_for(r"worker \d+")
    first.process.kill()
    first.process.wait()
    second = start("up")
    second.wait_for("torc is running")
    old = [first.pids_of(name)[0] for name in ("broker", "web", "worker")]
    assert [process_table.find(pid) for pid in old] == [None, None, None]
    assert second.stop() == 0


def test_an_occupied_port_is_refused_before_anything_starts(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        run = start("up", "--port", str(other.getsockname()[1]))
        assert run.process.wait(20) == 2
    assert "TORC_PORT" in run.text
    assert run.pids_of("broker") == []


def test_a_failed_preparation_stops_what_had_started(start: Start) -> None:
    run = start("up", STUB_PREPARE="raise SystemExit('no such database')")
    assert run.process.wait(20) == 1
    assert "no such database" in run.text
    assert all(process_table.find(pid) is None for pid in run.pids_of("broker"))


def test_a_wrong_setting_is_one_line_and_exit_code_2(start: Start) -> None:
    run = start("up", TORC_PORT="eighty")
    assert run.process.wait(20) == 2
    assert run.text == "error: TORC_PORT='eighty': write a whole number from 1 to 65535.\n"


def test_a_worker_without_the_servers_key_is_refused(start: Start) -> None:
    run = start("worker")
    assert run.process.wait(20) == 2
    assert "needs the server's key" in run.text


def test_a_worker_without_the_servers_broker_is_refused(start: Start) -> None:
    run = start("worker", TORC_SECRET_KEY="k" * 40, TORC_DATABASE_URL="postgres://h/d")
    assert run.process.wait(20) == 2
    assert "TORC_BROKER_URL is not set" in run.text


@pytest.mark.parametrize(
    ("n_running", "message"),
    [
        (0, "stopping"),
        (1, "stopping; 1 job goes on, and the next start picks it up. Ctrl-C again ends it, too."),
        (2, "stopping; 2 jobs go on, and the next start picks them up. Ctrl-C again ends them"),
    ],
)
def test_what_stopping_means_is_said_for_as_many_jobs_as_run(n_running: int, message: str) -> None:
    assert stop_message(n_running).startswith(message)


def test_jobs_go_on_when_the_server_is_told_to_stop(
    start: Start, job: "subprocess.Popen[bytes]"
) -> None:
    run = start("up")
    run.wait_for("torc is running")
    assert run.stop(signal.SIGTERM) == 0
    assert "1 job goes on, and the next start picks it up. Ctrl-C again ends it, too." in run.text
    assert job.poll() is None


def test_a_second_ctrl_c_ends_the_jobs_too(
    start: Start, job: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    run = start("up")
    run.wait_for("torc is running")
    run.process.send_signal(signal.SIGINT)
    run.wait_for("Ctrl-C again ends it, too")
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(20) == 0
    assert "the jobs have ended" in run.text
    assert node_jobs.running_records(tmp_path / "data" / "node") == []
