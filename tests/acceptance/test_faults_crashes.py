"""Processes are killed while jobs run: nothing runs twice, nothing is lost, every code is true."""

import os
import signal
from pathlib import Path

from jobs.statuses import RETURN_CODE_LOST
from jobs.worker import process
from tests.acceptance.installation import Installation
from tests.acceptance.ledger import Ledger, begin, finish, spec_of, statuses_of, until
from tests.servers import wait_until


def worker_record(installation: Installation) -> Path:
    """Return the record file of the only attempt."""
    return next((installation.data_dir / "node" / "attempts").iterdir())


def test_a_killed_worker_takes_no_job_along(
    installation: Installation, ledger: Ledger, tmp_path: Path
) -> None:
    installation.start("--cpus", "4")
    codes = [0, 3, 0, 7, 0, 0, 4, 0]
    bodies = {f"job{n}": until(tmp_path / "go", code) for n, code in enumerate(codes)}
    workflow_id = begin(installation, ledger, bodies)
    ledger.wait_for("start", 4)
    installation.kill("worker")
    (tmp_path / "go").touch()
    results = finish(installation, ledger, workflow_id)
    assert sorted(row["return_code"] for row in results) == sorted(codes)
    assert {row["attempt_id"] for row in results} == {1}


def test_jobs_outlive_everything_and_are_recorded_wherever_they_ended(
    installation: Installation, ledger: Ledger, tmp_path: Path
) -> None:
    installation.start("--cpus", "4")
    bodies = {f"early{n}": until(tmp_path / "early", n) for n in range(2)}
    bodies |= {f"late{n}": until(tmp_path / "late", n + 2) for n in range(2)}
    workflow_id = begin(installation, ledger, bodies)
    ledger.wait_for("start", 4)
    installation.kill_everything()
    (tmp_path / "early").touch()
    ledger.wait_for("end", 2)
    installation.start("--cpus", "4")
    wait_until(lambda: "late0" in running(installation, workflow_id), 10, "it is adopted")
    (tmp_path / "late").touch()
    results = finish(installation, ledger, workflow_id)
    assert sorted(row["return_code"] for row in results) == [0, 1, 2, 3]


def running(installation: Installation, workflow_id: str) -> set[str]:
    """Return the names of the jobs that run."""
    statuses = statuses_of(installation, workflow_id)
    return {name for name, status in statuses.items() if status == "running"}


def test_jobs_that_talk_to_a_killed_web_server_wait_for_the_next(
    installation: Installation, ledger: Ledger, tmp_path: Path
) -> None:
    installation.start("--cpus", "3")
    names = [f"value{n}" for n in range(6)]
    update = "torc user-data update ${user_data.output.%s} --data 1"
    commands = {name: ledger.command(until(tmp_path / "go", then=update % name)) for name in names}
    workflow_id = installation.create(spec_of(commands))
    installation.torc("workflows", "start", workflow_id)
    ledger.wait_for("start", 3)
    before = installation.child("web")
    assert before
    os.kill(before, signal.SIGKILL)
    (tmp_path / "go").touch()
    wait_until(lambda: installation.child("web") not in (None, before), 40, "another web server")
    wait_until(
        lambda: "error" not in installation.torc("workflows", "list", expect=None), 20, "it serves"
    )
    results = finish(installation, ledger, workflow_id)
    assert [row["return_code"] for row in results] == [0] * 6
    data = installation.json("user-data", "list", workflow_id)
    assert {row["name"]: row["data"] for row in data} == dict.fromkeys(names, 1)


def test_an_attempt_that_died_with_its_worker_is_lost_and_tried_again(
    installation: Installation, ledger: Ledger, tmp_path: Path
) -> None:
    installation.start()
    workflow_id = begin(installation, ledger, {"job": until(tmp_path / "go")})
    ledger.wait_for("start", 1)
    worker = installation.child("worker")
    assert worker
    os.kill(worker, signal.SIGKILL)
    process.send(worker_record(installation), signal.SIGKILL)
    ledger.wait_for("start", 2)
    (tmp_path / "go").touch()
    results = finish(installation, ledger, workflow_id)
    ends = {row["attempt_id"]: (row["status"], row["return_code"]) for row in results}
    assert ends == {1: ("terminated", RETURN_CODE_LOST), 2: ("completed", 0)}


def test_a_job_whose_shell_is_killed_does_not_run_on_unseen(
    installation: Installation, ledger: Ledger, tmp_path: Path
) -> None:
    installation.start()
    workflow_id = begin(installation, ledger, {"job": until(tmp_path / "go")})
    ledger.wait_for("start", 1)
    record = process.read_record(worker_record(installation))
    assert record
    assert record.pid
    os.kill(record.pid, signal.SIGKILL)
    ledger.wait_for("start", 2, seconds=10)
    (tmp_path / "go").touch()
    results = finish(installation, ledger, workflow_id)
    assert [row["return_code"] for row in results] == [RETURN_CODE_LOST, 0]


def test_a_worker_asked_to_stop_leaves_its_jobs_to_the_next(
    installation: Installation, ledger: Ledger, tmp_path: Path
) -> None:
    installation.start("--cpus", "2")
    bodies = {f"job{n}": until(tmp_path / "go", n) for n in range(5)}
    workflow_id = begin(installation, ledger, bodies)
    ledger.wait_for("start", 2)
    worker = installation.child("worker")
    assert worker
    os.kill(worker, signal.SIGTERM)
    wait_until(lambda: installation.child("worker") not in (None, worker), 20, "another worker")
    (tmp_path / "go").touch()
    results = finish(installation, ledger, workflow_id)
    assert sorted(row["return_code"] for row in results) == [0, 1, 2, 3, 4]


def test_a_job_that_kills_its_worker_harms_no_other(
    installation: Installation, ledger: Ledger
) -> None:
    installation.start("--cpus", "2")
    poison = f"kill -9 $(pgrep -f torc_site.processes.worker -P {installation.parent_pid})"
    bodies = {"poison": poison} | {f"job{n}": "sleep 0.2" for n in range(10)}
    workflow_id = begin(installation, ledger, bodies)
    results = finish(installation, ledger, workflow_id)
    assert [row["return_code"] for row in results] == [0] * 11
