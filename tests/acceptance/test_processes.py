"""The real web server, worker and broker under their parent."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.installation import Installation
from tests.servers import postgresql, redis_server, wait_until
from torc_site.environment import PROJECT_DIR
from torc_site.processes import node_jobs

ONE_JOB = """
name: one
jobs:
  - name: job
    command: |
      echo started >> {folder}/ledger
      until [ -e {folder}/go ]; do sleep 0.05; done
      echo ended >> {folder}/ledger
      exit 7
"""


def status_of_job(installation: Installation, workflow_id: str) -> str:
    """Return the status word of the only job."""
    return str(installation.json("jobs", "list", workflow_id)[0]["status"])


def start_one_job(installation: Installation) -> str:
    """Start a workflow whose job waits for the file `go`; return its id once the job runs."""
    workflow_id = installation.create(ONE_JOB.format(folder=installation.folder))
    installation.torc("workflows", "start", workflow_id)
    ledger = installation.folder / "ledger"
    wait_until(ledger.exists, 30, f"the job started: {installation.log}")
    wait_until(lambda: status_of_job(installation, workflow_id) == "running", 10, "it shows")
    return workflow_id


def assert_ran_once_with_code_7(installation: Installation, workflow_id: str) -> None:
    """Let the job end, and check what was recorded of it."""
    (installation.folder / "go").touch()
    wait_until(lambda: status_of_job(installation, workflow_id) == "failed", 30, "it ended")
    results = installation.json("results", "list", workflow_id)
    assert [result["return_code"] for result in results] == [7]
    assert (installation.folder / "ledger").read_text() == "started\nended\n"


def test_the_first_start_serves_a_page_a_link_and_a_token(installation: Installation) -> None:
    installation.start()
    assert f"{installation.url}/sign-in/" in installation.log
    assert installation.is_serving()
    assert installation.json("workflows", "list") == []
    assert f"{installation.url}/sign-in/" in installation.torc("login-link")


def test_the_example_runs_to_its_end(installation: Installation) -> None:
    installation.start()
    installation.torc("run", str(PROJECT_DIR / "examples" / "user_data.yaml"))
    results = installation.json("results", "list", "1")
    assert [result["return_code"] for result in results] == [0, 0, 0]
    data = installation.json("user-data", "list", "1")[0]["data"]
    assert data == {"learning_rate": 0.001, "batch_size": 32, "epochs": 10}


@pytest.mark.parametrize("name", ["web", "broker", "worker"])
def test_a_running_job_does_not_notice_that_a_process_died(
    installation: Installation, name: str
) -> None:
    installation.start()
    workflow_id = start_one_job(installation)
    installation.kill(name)
    assert_ran_once_with_code_7(installation, workflow_id)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_running_jobs_outlive_the_server_and_are_taken_up_by_the_next(
    installation: Installation, number: signal.Signals
) -> None:
    installation.start()
    workflow_id = start_one_job(installation)
    assert installation.stop(number) == 0
    assert "1 job goes on, and the next start picks it up" in installation.log
    installation.start()
    assert status_of_job(installation, workflow_id) == "running"
    assert_ran_once_with_code_7(installation, workflow_id)


def test_jobs_that_ended_while_all_was_down_are_recorded(installation: Installation) -> None:
    installation.start()
    workflow_id = start_one_job(installation)
    installation.kill_everything()
    (installation.folder / "go").touch()
    node_dir = installation.data_dir / "node"
    wait_until(lambda: not node_jobs.running_records(node_dir), 10, "the job ended")
    installation.start()
    assert_ran_once_with_code_7(installation, workflow_id)


def test_everything_killed_and_started_again_takes_up_what_runs(
    installation: Installation,
) -> None:
    installation.start()
    workflow_id = start_one_job(installation)
    installation.kill_everything()
    installation.start()
    assert_ran_once_with_code_7(installation, workflow_id)


def test_a_second_ctrl_c_ends_the_jobs_too(installation: Installation) -> None:
    parent = installation.start()
    workflow_id = start_one_job(installation)
    parent.send_signal(signal.SIGINT)
    installation.wait_for("Ctrl-C again ends it, too")
    assert installation.stop(signal.SIGINT) == 0
    assert node_jobs.running_records(installation.data_dir / "node") == []
    installation.start()
    wait_until(
        lambda: status_of_job(installation, workflow_id) in ("failed", "terminated", "canceled"),
        30,
        "its end is recorded",
    )


def test_a_second_server_on_one_data_folder_is_refused(installation: Installation) -> None:
    installation.start("--no-worker")
    refused = installation.refuse("up")
    assert refused.returncode == 2
    assert "already running" in refused.stderr


@pytest.mark.parametrize("host", ["0.0.0.0"], ids=["WEB-029"])
def test_other_machines_are_let_in_only_once_an_account_exists(
    installation: Installation, host: str
) -> None:
    refused = installation.refuse("up", "--host", host)
    assert refused.returncode == 2
    assert "no accounts with a password" in refused.stderr
    assert "torc users create" in refused.stderr
    installation.manage("create_user", "ann", given="a long pass phrase\n")
    installation.start("--no-worker", "--host", host)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Installation]:
    """Return an installation on PostgreSQL and Redis."""
    with postgresql() as database, redis_server() as broker:
        made = Installation(tmp_path, TORC_DATABASE_URL=database, TORC_BROKER_URL=broker)
        yield made
        made.close()


def test_postgresql_redis_and_a_further_worker_run_the_example(
    servers: Installation, tmp_path: Path
) -> None:
    servers.start("--no-worker")
    servers.start_worker(tmp_path / "node2")
    servers.torc("run", str(PROJECT_DIR / "examples" / "user_data.yaml"))
    results = servers.json("results", "list", "1")
    assert [result["return_code"] for result in results] == [0, 0, 0]
