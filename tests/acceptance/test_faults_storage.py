"""The database is locked or hangs up, and many short jobs leave nothing behind."""

import sqlite3
import time
from pathlib import Path

import psutil
import psycopg

from tests.acceptance.installation import Installation
from tests.acceptance.ledger import Ledger, begin, finish, until, wait_for_nodes
from tests.servers import postgresql, redis_server, wait_until

LOCKED_SECONDS = 4.0
HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"


def test_ends_wait_until_a_locked_database_is_free(
    installation: Installation, ledger: Ledger, tmp_path: Path
) -> None:
    installation.start("--cpus", "4")
    bodies = {f"job{n}": until(tmp_path / "go", n) for n in range(8)}
    workflow_id = begin(installation, ledger, bodies)
    ledger.wait_for("start", 4)
    database = sqlite3.connect(installation.data_dir / "torc.sqlite3", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    free_at = time.monotonic() + LOCKED_SECONDS
    (tmp_path / "go").touch()
    ledger.wait_for("end", 4)
    wait_until(lambda: time.monotonic() > free_at, LOCKED_SECONDS + 1, "it was locked")
    database.close()
    results = finish(installation, ledger, workflow_id)
    assert sorted(row["return_code"] for row in results) == list(range(8))


def test_a_database_that_hangs_up_again_and_again_loses_nothing(
    tmp_path: Path, ledger: Ledger
) -> None:
    with postgresql() as url, redis_server() as broker:
        variables = {"TORC_DATABASE_URL": url, "TORC_BROKER_URL": broker}
        installation = Installation(tmp_path, **variables)
        try:
            installation.start("--cpus", "4")
            workflow_id = begin(installation, ledger, {f"job{n}": "sleep 0.2" for n in range(60)})
            with psycopg.connect(url, autocommit=True) as database:
                for n_ended in (5, 15, 25, 35):
                    ledger.wait_for("end", n_ended)
                    database.execute(HANG_UP)
            results = finish(installation, ledger, workflow_id)
        finally:
            installation.close()
    assert [(row["return_code"], row["attempt_id"]) for row in results] == [(0, 1)] * 60


def test_many_short_jobs_leave_no_file_handle_zombie_or_record(
    installation: Installation, ledger: Ledger
) -> None:
    installation.start("--cpus", "4")
    wait_for_nodes(installation, 1)
    worker = psutil.Process(installation.child("worker"))
    first = begin(installation, ledger, {"first": "true"})
    finish(installation, ledger, first)
    before = worker.num_fds()
    second = begin(installation, ledger, {f"job{n}": "true" for n in range(300)})
    finish(installation, ledger, first, second)
    assert worker.num_fds() <= before + 10
    assert worker.children() == []
    records = installation.data_dir / "node" / "attempts"
    wait_until(lambda: not list(records.iterdir()), 5, "no record is left")
