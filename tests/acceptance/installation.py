"""A real server in a data folder of its own, driven through the command line."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from jobs.worker import process
from tests.servers import wait_until
from torc_site.environment import PROJECT_DIR
from torc_site.processes import process_table

START_SECONDS = 60.0
CHILDREN = {  # how their command lines tell the parent's children apart
    "broker": "broker.sock",
    "web": "gunicorn",
    "worker": "torc_site.processes.worker",
}


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Installation:
    """One data folder, the server that runs on it, and the `torc` command that talks to it.

    Args:
        folder: an empty folder of the test's own.
        variables: further TORC_ variables.
    """

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.code = PROJECT_DIR
        self.data_dir = folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "log"
        self._log.touch()
        self._parents: list[subprocess.Popen[bytes]] = []
        environ = {name: text for name, text in os.environ.items() if not name.startswith("TORC_")}
        environ.pop("DJANGO_SETTINGS_MODULE", None)
        self.environ = environ | {
            "PATH": f"{Path(sys.executable).parent}:{environ['PATH']}",
            "TORC_DATA_DIR": str(self.data_dir),
            "TORC_RUN_DIR": str(folder / "run"),
            "TORC_PORT": str(self.port),
        }
        self.environ |= variables

    @property
    def log(self) -> str:
        """Return all that the server and its workers have printed."""
        return self._log.read_text(errors="replace")

    @property
    def parent_pid(self) -> int:
        """Return the process number of the parent that was started last."""
        return self._parents[-1].pid

    def start(self, *options: str) -> "subprocess.Popen[bytes]":
        """Start `torc up`, wait until it says that it runs, and return it."""
        return self._start("up", *options, until="torc is running at")

    def start_worker(self, node_dir: Path, *options: str) -> "subprocess.Popen[bytes]":
        """Start a further `torc worker` on this machine and return it."""
        words = ("worker", "--node-dir", str(node_dir), *options)
        return self._start(*words, until="worker is running in")

    def _start(self, *words: str, until: str) -> "subprocess.Popen[bytes]":
        before = self.log.count(until)
        with self._log.open("ab") as output:
            parent = subprocess.Popen(
                [sys.executable, "-P", "-m", "torc_site.processes.parent", *words],
                cwd=self.code,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._parents.append(parent)
        wait_until(
            lambda: self.log.count(until) > before or parent.poll() is not None,
            START_SECONDS,
            f"{until}: {self.log}",
        )
        assert parent.poll() is None, self.log
        return parent

    def refuse(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run the parent where it is to refuse, and return what it said."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "torc_site.processes.parent", *words],
            cwd=self.code,
            env=self.environ | variables,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )

    def child(self, name: str, parent: "subprocess.Popen[bytes] | None" = None) -> int | None:
        """Return the process number of a running child of a parent, by default the last one."""
        number = (parent or self._parents[-1]).pid
        for pid in _children(number):
            if CHILDREN[name] in _command_line(pid):
                return pid
        return None

    def kill(self, name: str) -> None:
        """SIGKILL a child, and wait until the parent has started another one."""
        before = self.child(name)
        assert before
        tree = _tree(before)
        os.kill(before, signal.SIGKILL)
        wait_until(
            lambda: (
                self.child(name) is not None
                and all(process_table.find(pid) is None for pid in tree)
            ),
            40,
            f"another {name}",
        )
        wait_until(self.is_serving, 20, f"the web server answers: {self.log}")

    def is_serving(self) -> bool:
        """Return whether the web server answers."""
        try:
            urllib.request.urlopen(f"{self.url}/torc-service/v1/ping", timeout=5).close()
        except OSError:
            return False
        return True

    def kill_everything(self) -> None:
        """SIGKILL the parents, first, and all their children; jobs live on."""
        pids = [pid for parent in self._parents for pid in _tree(parent.pid)]
        for pid in pids:
            _kill(pid)
        for parent in self._parents:
            parent.wait()
        self._parents.clear()
        wait_until(lambda: all(process_table.find(pid) is None for pid in pids), 10, "all are gone")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal the last parent that was started, and return its exit code."""
        parent = self._parents.pop()
        parent.send_signal(number)
        return parent.wait(60)

    def close(self) -> None:
        """Stop all that runs, jobs included."""
        while self._parents:
            if self._parents[-1].poll() is None:
                self.stop()
            else:
                self._parents.pop()
        for record in self.folder.glob("**/attempts/*"):
            process.send(record, signal.SIGKILL)

    def torc(self, *words: str, expect: int | None = 0, with_notes: bool = False) -> str:
        """Run a `torc` command and return what it printed.

        Args:
            words: the command line.
            expect: the exit code that it must have; None for any.
            with_notes: return what it told the person as well.
        """
        done = subprocess.run(
            ["torc", *words],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        if expect is not None:
            assert done.returncode == expect, f"{words}: {done.stdout}{done.stderr}{self.log}"
        return done.stdout + done.stderr if done.returncode or with_notes else done.stdout

    def json(self, *words: str) -> Any:
        """Run a `torc` command and return the JSON it printed."""
        return json.loads(self.torc(*words, "-f", "json"))

    def put(self, path: str, body: object) -> Any:
        """Change something over the API, as the person the data folder belongs to."""
        return self._send("PUT", path, body)

    def post(self, path: str, body: object) -> Any:
        """Make something over the API, as the person the data folder belongs to."""
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: object) -> Any:
        token = (self.data_dir / "token").read_text().strip()
        request = urllib.request.Request(
            f"{self.url}/torc-service/v1{path}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def create(self, spec: str) -> str:
        """Store a YAML spec as a workflow and return its id."""
        path = self.folder / "spec.yaml"
        path.write_text(spec)
        return str(self.json("workflows", "create", str(path))["id"])

    def manage(self, *words: str, given: str = "") -> str:
        """Run a management command and return what it printed."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "torc_site.manage", *words],
            cwd=self.code,
            env=self.environ,
            input=given,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def wait_for(self, pattern: str, seconds: float = 30) -> None:
        """Return as soon as the server has printed what matches."""
        wait_until(lambda: re.search(pattern, self.log) is not None, seconds, pattern)


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def _tree(pid: int) -> list[int]:
    return [pid, *(descendant for child in _children(pid) for descendant in _tree(child))]


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
