"""A node that freezes while it holds rows costs the others seconds, and nobody a job."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.installation import Installation
from tests.acceptance.ledger import (
    Ledger,
    begin,
    finish,
    results_of,
    statuses_of,
    until,
    wait_for_nodes,
)
from tests.servers import postgresql, redis_server, wait_until

COST_SECONDS = 15.0
HOLDS_ROWS = """
    SELECT count(*) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
    WHERE a.state = 'idle in transaction' AND l.mode = 'RowExclusiveLock' AND l.granted
        AND l.relation = 'workflows_workflow'::regclass"""


@pytest.fixture
def database() -> Iterator[str]:
    """Return the URL of a PostgreSQL."""
    with postgresql() as url:
        yield url


@pytest.fixture
def nodes(database: str, tmp_path: Path) -> Iterator[Installation]:
    """Return a server, and two workers apart from it, of which the second is its last parent."""
    with redis_server() as broker:
        here = Installation(tmp_path, TORC_DATABASE_URL=database, TORC_BROKER_URL=broker)
        try:
            here.start("--no-worker")
            for name in ("node1", "node2"):
                here.start_worker(tmp_path / name, "--cpus", "4")
            wait_for_nodes(here, 2)
            yield here
        finally:
            here.close()


def freeze_while_it_holds_a_workflow(pid: int, database: str) -> None:
    """Stop a process between two statements of a transaction that has locked a workflow's row."""
    with psycopg.connect(database, autocommit=True) as connection:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(0.05)  # the other node's transactions, which look the same, end meanwhile
            counts = []
            for _ in range(5):
                counts += connection.execute(HOLDS_ROWS).fetchall()
                time.sleep(0.02)
            if all(count for (count,) in counts):
                return
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.01)
    raise TimeoutError("it was never seen to hold a workflow")


def test_a_node_that_freezes_in_a_transaction_costs_the_others_seconds_and_no_job(
    nodes: Installation, database: str, ledger: Ledger, tmp_path: Path
) -> None:
    frozen = nodes.child("worker")
    assert frozen
    long = begin(nodes, ledger, {f"long{n}": until(tmp_path / "go", n) for n in range(2)})
    ledger.wait_for("start", 2)
    short = begin(nodes, ledger, {f"short{n}": "exit 0" for n in range(1500)})
    ledger.wait_for("end", 10)
    freeze_while_it_holds_a_workflow(frozen, database)
    try:
        began = time.monotonic()
        n_before = len(results_of(nodes, short))
        wait_until(lambda: len(results_of(nodes, short)) > n_before + 20, 30, "jobs go on")
        nodes.torc("workflows", "cancel", short)
        assert time.monotonic() - began < COST_SECONDS
        assert set(statuses_of(nodes, long).values()) == {"running"}
    finally:
        os.kill(frozen, signal.SIGCONT)
    (tmp_path / "go").touch()
    results = finish(nodes, ledger, long, short, seconds=40)
    assert {row["return_code"] for row in results if row["workflow_id"] == int(long)} == {0, 1}
    assert {row["attempt_id"] for row in results} == {1}
    assert nodes.child("worker") == frozen, "its parent did not take it for lifeless"
