"""What jobs themselves write down about when they ran: the judge of the engine's records.

Each command takes a lock file of its job, so that two attempts at once, or anything that an
earlier attempt left running, is seen as a violation whatever the database says.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.worker import process
from tests.acceptance.installation import Installation
from tests.servers import wait_until

SCRIPT = """\
exec 8>>"{folder}/$TORC_JOB_ID.lock"
attempt="$TORC_RUN_ID $TORC_JOB_ID $TORC_ATTEMPT_ID"
flock -n 8 || echo "VIOLATION $attempt 0 0" >> {folder}/log
echo "start $attempt $(cut -d' ' -f1 /proc/uptime) 0" >> {folder}/log
( eval "$1" )
code=$?
echo "end $attempt $(cut -d' ' -f1 /proc/uptime) $code" >> {folder}/log
exit $code
"""
SPEC = """\
name: faults
jobs:
"""
JOB = """\
  - name: {name}
    command: >-
      {command}
"""
SLACK_SECONDS = 2.0
"""Between a process and its first line, on a busy machine."""
ENDED = {"completed", "failed", "canceled", "terminated"}
BY_ITSELF = ("completed", "failed")

Attempt = tuple[int, int, int]
"""Run, job, number of the attempt."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a start, an end, or a start while another attempt at the job was alive."""

    kind: str
    attempt: Attempt
    uptime: float
    code: int


class Ledger:
    """A folder in which the jobs of a test write.

    Args:
        folder: made here.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._log = folder / "log"
        self._log.touch()
        self._script = folder / "job.sh"
        self._script.write_text(SCRIPT.format(folder=folder))

    def command(self, body: str) -> str:
        """Return a command that runs a line of shell, which has no single quotes, on record."""
        return f"bash {self._script} '{body}'"

    def entries(self, kind: str) -> list[Entry]:
        """Return the lines of a kind: start, end or VIOLATION."""
        entries = []
        for line in self._log.read_text().splitlines():
            word, run, job, attempt, uptime, code = line.split()
            entries.append(
                Entry(word, (int(run), int(job), int(attempt)), float(uptime), int(code))
            )
        return [entry for entry in entries if entry.kind == kind]

    def wait_for(self, kind: str, n: int, seconds: float = 40) -> None:
        """Return as soon as there are so many lines of a kind."""
        wait_until(lambda: len(self.entries(kind)) >= n, seconds, f"{n} times {kind}")

    def assert_agrees(self, results: Iterable[Mapping[str, Any]]) -> None:
        """Every attempt was recorded once, as it happened, and none overlapped another."""
        listed = list(results)
        recorded = {(row["run_id"], row["job_id"], row["attempt_id"]): row for row in listed}
        starts = {entry.attempt: entry for entry in self.entries("start")}
        ends = {entry.attempt: entry for entry in self.entries("end")}
        assert self.entries("VIOLATION") == []
        assert len(recorded) == len(listed)
        assert len(starts) == len(self.entries("start"))
        assert len(ends) == len(self.entries("end"))
        assert starts.keys() <= recorded.keys()
        for attempt, row in recorded.items():
            if row["status"] in BY_ITSELF and attempt in starts:
                assert ends[attempt].code == row["return_code"], row
                lived = ends[attempt].uptime - starts[attempt].uptime
                assert abs(row["exec_time_minutes"] * 60 - lived) < SLACK_SECONDS, row


def results_of(installation: Installation, workflow_id: str) -> list[dict[str, Any]]:
    """Return every attempt that was recorded."""
    return list(installation.json("results", "list", workflow_id, "--all-runs"))


def statuses_of(installation: Installation, workflow_id: str) -> dict[str, str]:
    """Return job name -> status word."""
    jobs = installation.json("jobs", "list", workflow_id)
    return {job["name"]: job["status"] for job in jobs}


def wait_for_nodes(installation: Installation, n: int) -> None:
    """Return as soon as so many workers have made themselves known."""

    def are_there() -> bool:
        nodes = installation.json("compute-nodes", "list")
        return sum(1 for node in nodes if node["is_active"]) >= n

    wait_until(are_there, 20, f"{n} workers: {installation.log}")


def living(installation: Installation) -> set[int]:
    """Return the processes of attempts of the installation, wherever they went."""
    records = set(installation.folder.glob("**/attempts/*"))
    mark = f"{process.MARK}={installation.folder}".encode()
    pids = {pid for record in records for pid in process.tree(record)}
    return pids | {pid for pid, environ in _environs() if mark in environ}


def _environs() -> Iterable[tuple[int, bytes]]:
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            yield int(path.parent.name), path.read_bytes()
        except OSError:
            continue


def assert_sound(installation: Installation) -> None:
    """No attempt is open, no process is left, and the database file is whole."""
    wait_until(lambda: not living(installation), 10, f"no process: {living(installation)}")
    path = installation.data_dir / "torc.sqlite3"
    if not path.exists():
        return
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        left = "SELECT count(*) FROM jobs_result WHERE ended_at IS NULL"
        assert database.execute(left).fetchone() == (0,)
    database.close()


def spec_of(commands: Mapping[str, str]) -> str:
    """Return the YAML of independent jobs."""
    return SPEC + "".join(JOB.format(name=name, command=text) for name, text in commands.items())


def begin(installation: Installation, ledger: Ledger, bodies: Mapping[str, str]) -> str:
    """Start a workflow of independent jobs on record, and return its id."""
    commands = {name: ledger.command(body) for name, body in bodies.items()}
    workflow_id = installation.create(spec_of(commands))
    installation.torc("workflows", "start", workflow_id)
    return workflow_id


def until(path: Path, code: int = 0, then: str = "") -> str:
    """Return a line of shell that waits for a file, and then ends with the code or goes on."""
    return f"until [ -e {path} ]; do sleep 0.05; done; {then or f'exit {code}'}"


def finish(
    installation: Installation, ledger: Ledger, *workflow_ids: str, seconds: float = 60
) -> list[dict[str, Any]]:
    """Wait for the end of workflows, check all that must hold, and return their results."""

    def are_over() -> bool:
        statuses = [statuses_of(installation, workflow_id) for workflow_id in workflow_ids]
        return all(set(by_job.values()) <= ENDED for by_job in statuses)

    wait_until(are_over, seconds, f"the end: {installation.log}")
    results = [row for workflow_id in workflow_ids for row in results_of(installation, workflow_id)]
    ledger.assert_agrees(results)
    assert_sound(installation)
    return results
