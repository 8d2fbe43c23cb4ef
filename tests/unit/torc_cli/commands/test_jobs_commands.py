"""`torc jobs list`, `cancel` and `logs`, against canned answers."""

import json

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, page

JOB = {
    "id": 1,
    "workflow_id": 7,
    "name": "<img src=x onerror=1>\x1b[2J",
    "status": "blocked",
    "command": "echo 1\necho 2\n",
    "reason": "waits for prepare",
}


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


def test_jobs_show_status_command_and_reason(torc: Torc, stub: Stub) -> None:
    stub.on("GET /jobs", page(JOB))
    out = torc("jobs", "list", "7").out
    assert "│ ID │ Name " in out
    assert "│ <img src=x onerror=1>\\x1b[2J │ blocked │ echo 1 … │ waits for prepare │" in out
    assert json.loads(torc("jobs", "list", "7", "-f", "json").out) == [JOB]


def test_jobs_are_canceled_one_by_one(torc: Torc, stub: Stub) -> None:
    stub.on("PUT /jobs/1/cancel", JOB)
    stub.on("PUT /jobs/2/cancel", JOB)
    assert torc("jobs", "cancel", "1", "2").out == "Canceled jobs 1, 2\n"


def test_the_log_of_a_job_is_that_of_its_last_attempt(torc: Torc, stub: Stub) -> None:
    stub.on("GET /jobs/1", JOB)
    stub.on("GET /results", page({**RESULT, "id": 9}, RESULT), page())
    stub.on("GET /results/9/logs/stdout", (200, "hello", "text/plain"))
    assert torc("jobs", "logs", "1").out == "hello"
    assert "job 1 has no result yet" in torc("jobs", "logs", "1").err
