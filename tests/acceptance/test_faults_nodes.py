"""Two workers on one database: each job runs on one of them, whatever dies."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.installation import Installation
from tests.acceptance.ledger import Ledger, begin, finish, until, wait_for_nodes
from tests.servers import postgresql, redis_server, wait_until


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def two_nodes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """Return a server without a worker, and two workers apart from it."""
    if request.param == "SQLite":
        yield from _two_nodes(Installation(tmp_path))
        return
    with postgresql() as database, redis_server() as broker:
        variables = {"TORC_DATABASE_URL": database, "TORC_BROKER_URL": broker}
        yield from _two_nodes(Installation(tmp_path, **variables))


def _two_nodes(installation: Installation) -> Iterator[Installation]:
    try:
        installation.start("--no-worker")
        for name in ("node1", "node2"):
            installation.start_worker(installation.folder / name, "--cpus", "2")
        wait_for_nodes(installation, 2)
        yield installation
    finally:
        installation.close()


def test_two_workers_share_the_jobs_and_run_none_twice_though_one_is_killed(
    two_nodes: Installation, ledger: Ledger, tmp_path: Path
) -> None:
    bodies = {f"long{n}": until(tmp_path / "go", n) for n in range(4)}
    bodies |= {f"short{n}": "sleep 0.2; exit 9" for n in range(40)}
    workflow_id = begin(two_nodes, ledger, bodies)
    ledger.wait_for("start", 4)
    before = two_nodes.child("worker")
    assert before
    os.kill(before, signal.SIGKILL)
    (tmp_path / "go").touch()
    wait_until(lambda: two_nodes.child("worker") not in (None, before), 20, "another worker")
    results = finish(two_nodes, ledger, workflow_id)
    assert sorted(row["return_code"] for row in results) == [0, 1, 2, 3, *(40 * [9])]
    assert {row["attempt_id"] for row in results} == {1}
    assert len({row["compute_node_id"] for row in results}) == 2
