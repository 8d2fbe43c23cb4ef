"""A server that the benchmark starts, its API and its database."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import psutil
import psycopg
import pysqlite3

from tests.acceptance.installation import Installation
from tests.servers import postgresql, redis_server

API = "/torc-service/v1"
POLL_SECONDS = 0.005
"""Pause between two queries for the end of a run, which take 1 % of a CPU."""
IDLE_SECONDS = 5.0
"""Age of a connection after which a new one is made: the server closes idle ones."""


class _Cursor(Protocol):
    def fetchall(self) -> list[tuple[Any, ...]]: ...


class _Connection(Protocol):
    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> _Cursor: ...

    def close(self) -> None: ...


class Client:
    """Sends requests as the local user, on one connection that stays open."""

    def __init__(self, installation: Installation) -> None:
        token = (installation.data_dir / "token").read_text().strip()
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Host": f"127.0.0.1:{installation.port}",
        }
        self._connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=120)
        self._fresh_until = 0.0

    def request_json(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request to the API and return the JSON of the response.

        Raises:
            RuntimeError: the response is an error.
        """
        text = None if body is None else json.dumps(body)
        status, answer = self.request(method, API + path, text)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer[:500]!r}")
        return json.loads(answer) if answer else None

    def request(self, method: str, path: str, text: str | None = None) -> tuple[int, bytes]:
        """Send a request and return the status and the body of the response."""
        if time.monotonic() > self._fresh_until:
            self._connection.close()
        self._fresh_until = time.monotonic() + IDLE_SECONDS
        self._connection.request(method, path, text, self._headers)
        reply = self._connection.getresponse()
        return reply.status, reply.read()

    def get(self, path: str) -> Any:
        """Return the JSON of the response to a GET."""
        return self.request_json("GET", path)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Server:
    """A server under its parent, in a temporary folder.

    Args:
        installation: already started.
        database_url: of PostgreSQL; empty for the SQLite file in the data folder.
    """

    def __init__(self, installation: Installation, database_url: str) -> None:
        self.installation = installation
        self.client = Client(installation)
        self.is_sqlite = not database_url
        self._database = self._connect(database_url)
        self.folder = installation.folder

    def _connect(self, url: str) -> _Connection:
        if url:
            postgresql_connection: _Connection = psycopg.connect(
                url.replace("postgres://", "postgresql://"), autocommit=True
            )
            return postgresql_connection
        path = self.installation.data_dir / "torc.sqlite3"
        sqlite_connection: _Connection = pysqlite3.connect(
            f"file:{path}?mode=ro", uri=True, isolation_level=None, timeout=30
        )
        return sqlite_connection

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a statement that is sent to the database itself."""
        text = sql if self.is_sqlite else sql.replace("?", "%s")
        return self._database.execute(text, parameters).fetchall()

    def processes(self, name: str = "parent") -> list[int]:
        """Return the ids of a child of the parent and its descendants, or of the parent and all."""
        installation = self.installation
        if name == "parent":
            worker = installation.child("worker")
            assert worker, installation.log
            root = psutil.Process(worker).ppid()
        else:
            child = installation.child(name)
            assert child, installation.log
            root = child
        return [root, *(process.pid for process in psutil.Process(root).children(recursive=True))]

    def store(self, spec: str) -> int:
        """Store a spec and return the id of the workflow."""
        body = {"spec": spec, "submission_directory": str(self.folder)}
        return int(self.client.request_json("POST", "/workflow_specs", body)["id"])

    def initialize(self, workflow_id: int) -> None:
        """Make the jobs ready or blocked."""
        self.client.request_json("POST", f"/workflows/{workflow_id}/initialize_jobs")

    def start(self, workflow_id: int) -> None:
        """Start the workflow."""
        self.client.request_json("POST", f"/workflows/{workflow_id}/run", {})

    def run(self, spec: str, seconds: float = 120) -> float:
        """Store and initialize a spec, run it, and return the seconds from its start to its end.

        The clock starts before the request that starts it, and ends when the end is committed.

        Raises:
            RuntimeError: not every job completed, each in one attempt.
        """
        workflow_id = self.store(spec)
        self.initialize(workflow_id)
        before = time.monotonic()
        self.start(workflow_id)
        self.wait_for_end(workflow_id, seconds)
        took = time.monotonic() - before
        self._check(workflow_id)
        return took

    def wait_for_end(self, workflow_id: int, seconds: float = 120) -> None:
        """Return when the workflow's end is in the database."""
        deadline = time.monotonic() + seconds
        sql = "SELECT 1 FROM workflows_workflow WHERE id = ? AND ended_at IS NOT NULL"
        while not self.rows(sql, workflow_id):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no end within {seconds:g} s: {self.installation.log[-2000:]}")
            time.sleep(POLL_SECONDS)

    def _check(self, workflow_id: int) -> None:
        jobs = self.rows("SELECT count(*) FROM jobs_job WHERE workflow_id = ?", workflow_id)
        good = self.rows(
            "SELECT count(*), count(DISTINCT job_id) FROM jobs_result"
            " WHERE workflow_id = ? AND return_code = 0 AND ended_at IS NOT NULL",
            workflow_id,
        )
        if good[0] != (jobs[0][0], jobs[0][0]):
            raise RuntimeError(f"of {jobs[0][0]} jobs (attempts, jobs) ended well: {good[0]}")

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
        self._database.close()


@contextmanager
def started_server(*, on_postgresql: bool) -> Iterator[Server]:
    """Start a server with two CPUs, yield it and stop it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="torc-bench-")))
        url = stack.enter_context(postgresql(is_durable=True)) if on_postgresql else ""
        variables = {"TORC_NUM_CPUS": "2", "TORC_MEMORY": "64g", "TORC_LOG_LEVEL": "WARNING"}
        if on_postgresql:
            broker = stack.enter_context(redis_server())
            variables |= {"TORC_DATABASE_URL": url, "TORC_BROKER_URL": broker}
        installation = Installation(folder, **variables)
        stack.callback(installation.close)
        installation.start()
        server = Server(installation, url)
        stack.callback(server.close)
        yield server
