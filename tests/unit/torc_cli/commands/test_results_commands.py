"""`torc results`, against canned answers."""

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, page

RESULT = {
    "id": 5,
    "job_id": 1,
    "job_name": "train",
    "workflow_id": 7,
    "run_id": 1,
    "attempt_id": 2,
    "return_code": 0,
    "exec_time_minutes": 0.005,
    "peak_memory_bytes": 1572864,
    "status": "completed",
    "completion_time": "2026-01-01T00:00:00Z",
}


def test_results_are_readable(torc: Torc, stub: Stub) -> None:
    stub.on("GET /results", page(RESULT))
    lines = torc("results", "list", "7").out.splitlines()
    heads = [title.strip() for title in lines[1].strip("│").split("│")]
    assert heads[:6] == ["ID", "Job ID", "Job Name", "Run ID", "Attempt", "Return Code"]
    cells = [cell.strip() for cell in lines[3].strip("│").split("│")]
    assert cells[:6] == ["5", "1", "train", "1", "2", "0"]
    assert cells[6:9] == ["0.30 s", "1.5 MiB", "completed"]


def test_results_without_a_name_get_it_from_the_job(torc: Torc, stub: Stub) -> None:
    stub.on("GET /results", page({**RESULT, "job_name": None}))
    stub.on("GET /jobs/1", {"id": 1, "name": "train", "workflow_id": 7})
    assert "train" in torc("results", "list", "7").out


def test_failed_results_are_those_that_failed_or_were_ended(torc: Torc, stub: Stub) -> None:
    stub.on("GET /results", page())
    torc("results", "list", "7", "--failed", "--all-runs", "--sort-by", "job_name")
    (query,) = (request.query for request in stub.requests)
    assert (query["failed"], query["all_runs"], query["sort_by"]) == ("true", "true", "job_name")
    assert "status" not in query
