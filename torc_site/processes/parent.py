"""The parent process: starts web server, worker and broker, keeps them alive, stops them on Ctrl-C.

`torc up` and `torc worker` run it. It uses neither Celery nor the database, so that their faults
cannot break it.
"""

import argparse
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from specification.texts.counts import agree, counted
from torc_site import environment
from torc_site.environment import Environment, SettingError
from torc_site.processes import command_lines, folders, locks
from torc_site.processes.fence import HUNG_SECONDS, Fence
from torc_site.processes.node_jobs import end_jobs, running_records
from torc_site.processes.secret_key import secret_key
from torc_site.processes.settings_check import check_all
from torc_site.processes.supervisor import Child, Signals, Supervisor, end_leftovers, say

OPTIONS = {  # each stands for a variable, so that children see it too
    "--host": ("TORC_HOST", "address to listen on"),
    "--port": ("TORC_PORT", "port to listen on"),
    "--tags": ("TORC_TAGS", "resource tags to offer, comma-separated"),
    "--cpus": ("TORC_NUM_CPUS", "CPUs to offer"),
    "--memory": ("TORC_MEMORY", "memory to offer, such as 64g"),
    "--gpus": ("TORC_NUM_GPUS", "GPUs to offer"),
    "--node-dir": ("TORC_NODE_DIR", "folder of this worker's identity and run records"),
}
SECONDS_BETWEEN_CHECKS = 5.0
SECOND_CTRL_C = 5.0
WEB_GRACE, WORKER_GRACE, BROKER_GRACE = 8.0, 15.0, 5.0
START_SECONDS = 60.0


class CannotStart(Exception):
    """The start has failed: the text says why and what to do, the number is for the shell."""

    def __init__(self, text: str, exit_code: int = 2) -> None:
        super().__init__(text)
        self.exit_code = exit_code


def main(arguments: Sequence[str]) -> int:
    """Run until a signal asks to stop; return the exit code."""
    users_umask = os.umask(0o077)  # ours protects the data folder; jobs run under the user's
    os.environ.setdefault("TORC_UMASK", f"{users_umask:03o}")
    options = vars(_parser().parse_args(arguments))
    for name, (variable, _) in OPTIONS.items():
        if value := options.get(name.strip("-").replace("-", "_")):
            os.environ[variable] = value
    try:
        settings = environment.current()
        check_all(settings)
        parent = Parent(settings, with_worker=not options.get("no_worker"))
        return parent.serve() if options["role"] == "up" else parent.work()
    except SettingError as error:
        return _print_error(str(error), 2)
    except CannotStart as error:
        return _print_error(str(error), error.exit_code)


def _print_error(text: str, exit_code: int) -> int:
    print(f"error: {text}", file=sys.stderr)
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="torc", allow_abbrev=False)
    roles = parser.add_subparsers(dest="role", required=True)
    up = roles.add_parser("up", help="start the server and a worker, and stay with them")
    up.add_argument("--no-worker", action="store_true", help="run no jobs on this machine")
    worker = roles.add_parser("worker", help="run jobs for a server on this or another machine")
    for name, (variable, meaning) in OPTIONS.items():
        for role in (up, worker):
            if role is up or name not in ("--host", "--port"):
                role.add_argument(name, metavar=variable[5:], help=f"{meaning} (sets {variable})")
    return parser


class Parent:
    """Starts and stops the child processes of one folder, which it locks.

    Args:
        settings: of this process.
        with_worker: run a worker, too, when serving.
    """

    def __init__(self, settings: Environment, *, with_worker: bool) -> None:
        self._settings = settings
        self._with_worker = with_worker
        self._locks: list[locks.Lock] = []  # held until this process ends
        self._node_dir = settings.node_dir
        self._fence = Fence(self._node_dir, settings.lease_seconds, settings.lost_seconds)
        folders.open_private(settings.data_dir, "TORC_DATA_DIR")
        self._environ = _environ(settings)

    def serve(self) -> int:
        """Run web server, broker and worker until a signal asks to stop; return the exit code."""
        settings = self._settings
        self._lock(settings.data_dir / "server.lock", settings.local_url, "a server", "TORC_PORT")
        if self._with_worker:
            self._lock_node()
        secret_key(settings)
        supervisor = self._supervisor(settings.data_dir / "children")
        _check_port(settings)
        try:
            if not settings.broker_url:
                self._add_broker(supervisor)
            link = self._start_web(supervisor)
            if self._with_worker:
                self._add(supervisor, "worker", command_lines.worker(), WORKER_GRACE)
        except BaseException:
            supervisor.stop()
            raise
        say(f"torc is running at {settings.public_url}\n{link}Stop with Ctrl-C.")
        return self._run(supervisor)

    def work(self) -> int:
        """Run this node's worker until a signal asks to stop; return the exit code."""
        secret_key(self._settings, create=False)
        _check_shared_parts(self._settings)
        self._lock_node()
        supervisor = self._supervisor(self._node_dir / "children")
        self._add(supervisor, "worker", command_lines.worker(), WORKER_GRACE)
        say(f"torc: this node's worker is running in {self._node_dir}\nStop with Ctrl-C.")
        return self._run(supervisor)

    def _supervisor(self, record: Path) -> Supervisor:
        self._signals = Signals()
        end_leftovers(record)
        return Supervisor(self._signals, record)

    def _add(self, supervisor: Supervisor, name: str, command: list[str], grace: float) -> None:
        supervisor.add(Child(name, command, self._environ, grace))

    def _add_broker(self, supervisor: Supervisor) -> None:
        folder = folders.open_private(folders.run_dir(self._settings), "TORC_RUN_DIR")
        self._add(supervisor, "broker", command_lines.broker(folder), BROKER_GRACE)

    def _lock_node(self) -> None:
        folders.open_private(self._node_dir, "TORC_NODE_DIR")
        where = str(self._node_dir)
        self._lock(self._node_dir / "parent.lock", where, "this node's worker", "TORC_NODE_DIR")

    def _lock(self, path: Path, where: str, what: str, remedy: str) -> None:
        try:
            lock = locks.take(path)
        except locks.LockHeld as holder:
            folder = "" if remedy == "TORC_NODE_DIR" else f" on the data folder {path.parent}"
            raise CannotStart(
                f"{what} is already running{folder} ({holder}): stop it,"
                f" or give this one its own {'TORC_DATA_DIR and ' * bool(folder)}{remedy}."
            ) from None
        lock.describe(f"process {os.getpid()}, {where}")
        self._locks.append(lock)

    def _start_web(self, supervisor: Supervisor) -> str:
        """Return what the preparation of the database prints for the user: the sign-in link."""
        prepared = self._settings.data_dir / "prepared"
        prepared.unlink(missing_ok=True)
        web = Child("web server", command_lines.web(), self._environ, WEB_GRACE)
        supervisor.add(web)
        _wait_for_web(web, self._settings)
        text = prepared.read_text()
        prepared.write_text("")  # it stays, so that a restarted web server prepares nothing
        return text

    def _run(self, supervisor: Supervisor) -> int:
        number = supervisor.run(SECONDS_BETWEEN_CHECKS, lambda: self._check_node(supervisor))
        say(f"\ntorc: {stop_message(len(running_records(self._node_dir)))}")
        supervisor.stop()
        seconds = SECOND_CTRL_C if number == signal.SIGINT else 0.0
        if self._is_stopped_again(seconds):
            self._end_jobs()
        return 0

    def _check_node(self, supervisor: Supervisor) -> None:
        hung_for = self._fence.check()
        for child in supervisor.children:
            if child.name == "worker":
                child.kill_if_silent(hung_for, HUNG_SECONDS, time.monotonic())

    def _is_stopped_again(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while running_records(self._node_dir):
            if self._signals.wait(min(0.2, deadline - time.monotonic())) - {signal.SIGCHLD}:
                return True
            if time.monotonic() >= deadline:
                break
        return False

    def _end_jobs(self) -> None:
        say("torc: ending the jobs")
        have_ended = end_jobs(
            self._node_dir, lambda seconds: bool(self._signals.wait(seconds) - {signal.SIGCHLD})
        )
        say("torc: the jobs have ended" if have_ended else "torc: some jobs could not be killed")


def stop_message(n_running: int) -> str:
    """Return the sentence that says what stopping means for so many running jobs."""
    if not n_running:
        return "stopping"
    goes, them = agree(n_running, "goes", "go"), agree(n_running, "it", "them")
    return (
        f"stopping; {counted(n_running, 'job')} {goes} on, and the next start picks {them} up."
        f" Ctrl-C again ends {them}, too."
    )


def _environ(settings: Environment) -> dict[str, str]:
    return dict(os.environ) | {
        "DJANGO_SETTINGS_MODULE": "torc_site.settings",
        "TORC_DATA_DIR": str(settings.data_dir),
        "TORC_NODE_DIR": str(settings.node_dir),
        "TORC_BROKER_URL": settings.broker_url or folders.embedded_broker_url(settings),
    }


def _check_port(settings: Environment) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotStart(
                f"cannot listen on {settings.host} port {settings.port} ({error.strerror}):"
                " set TORC_PORT or --port to another one."
            ) from error


def _check_shared_parts(settings: Environment) -> None:
    """Raise CannotStart for a worker that has no server: it would wait without a word."""
    runs_here = locks.is_held(settings.data_dir / "server.lock")
    if settings.uses_sqlite and not (settings.data_dir / "torc.sqlite3").exists():
        raise CannotStart(
            f"no server has used the data folder {settings.data_dir}:"
            " set TORC_DATABASE_URL to the server's database, or TORC_DATA_DIR to its folder."
        )
    if not settings.uses_sqlite and not settings.broker_url and not runs_here:
        raise CannotStart("TORC_BROKER_URL is not set: name the broker that the server uses.")


def _wait_for_web(web: Child, settings: Environment) -> None:
    host = settings.local_url.removeprefix("http://").rsplit(":", 1)[0].strip("[]")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, settings.port), 1).close()
            return
        except OSError:
            time.sleep(0.03)
        if (code := web.poll()) is not None:
            raise CannotStart("the web server did not start; see above.", 2 if code == 2 else 1)
    raise CannotStart(f"the web server did not answer within {START_SECONDS:g} s; see above.", 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
