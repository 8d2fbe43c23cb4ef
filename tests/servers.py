"""Throw-away PostgreSQL and Redis servers from Debian's packages, on Unix sockets.

`python -m tests.servers COMMAND...` runs a command with TORC_DATABASE_URL naming such a PostgreSQL,
or the one that the variable already names.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 30.0


@contextmanager
def postgresql(*, is_durable: bool = False) -> Iterator[str]:
    """Run a fresh PostgreSQL and yield the URL of its database.

    Args:
        is_durable: wait for the disk at each commit, as a real server does.
    """
    programs = _postgresql_programs()
    with _folder(_owner()) as folder:
        data, log = folder / "data", folder / "log"
        initdb = [f"{programs}/initdb", "-D", str(data), "-U", "postgres", "-A", "trust"]
        initdb += ["-E", "UTF8", "--no-sync"]
        subprocess.run(initdb, check=True, capture_output=True, user=_owner())
        options = ["-k", str(folder), "-c", "listen_addresses=", "-c", "max_connections=60"]
        if not is_durable:
            options += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [f"{programs}/postgres", "-D", data, *options],
                stdout=output,
                stderr=output,
                user=_owner(),
                start_new_session=True,
            )
        ready = [f"{programs}/pg_isready", "-q", "-h", str(folder)]
        with _ended(server, lambda: subprocess.run(ready, check=False).returncode == 0, log):
            yield f"postgres://postgres@/postgres?host={folder}"


@contextmanager
def redis_server() -> Iterator[str]:
    """Run a fresh Redis and yield its URL."""
    with _folder(None) as folder:
        path, log = folder / "redis.sock", folder / "log"
        server = start_redis(path, log)
        with _ended(server, path.exists, log):
            yield f"redis+socket://{path}"


def start_redis(path: Path, log: Path) -> "subprocess.Popen[bytes]":
    """Start a Redis that listens on that socket; the caller ends it."""
    options = {"port": "0", "unixsocket": str(path), "save": "", "appendonly": "no"}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    with log.open("ab") as output:
        return subprocess.Popen(
            ["redis-server", *words], stdout=output, stderr=output, start_new_session=True
        )


def wait_until(claim: Callable[[], bool], seconds: float, what: str) -> None:
    """Return as soon as the claim holds.

    Raises:
        TimeoutError: it did not within that time.
    """
    deadline = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(0.02)


@contextmanager
def _ended(
    server: "subprocess.Popen[bytes]", is_ready: Callable[[], bool], log: Path
) -> Iterator[None]:
    try:
        wait_until(lambda: is_ready() or server.poll() is not None, START_SECONDS, "the server")
        if server.returncode is not None:
            raise RuntimeError(log.read_text(errors="replace"))
        yield
    finally:
        server.send_signal(signal.SIGINT)  # on SIGTERM PostgreSQL would wait for its clients
        server.wait(30)


@contextmanager
def _folder(owner: str | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="torc-server-", dir="/tmp"))
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> str | None:
    return "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root


def _postgresql_programs() -> str:
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    if newest:
        return str(newest[-1])
    if program := shutil.which("initdb"):
        return str(Path(program).parent)
    raise RuntimeError("PostgreSQL is not installed: run ci/system-packages")


def main(command: Sequence[str]) -> int:
    """Run the command beside a PostgreSQL and return its exit code."""
    if os.environ.get("TORC_DATABASE_URL"):
        return subprocess.run(command, check=False).returncode
    with postgresql() as url:
        environ = os.environ | {"TORC_DATABASE_URL": url}
        return subprocess.run(command, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
