"""`torc jobs list`, `get` and `cancel`, against canned answers."""

import json

import pytest

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


def test_jobs_are_named_within_a_workflow(torc: Torc, stub: Stub) -> None:
    stub.on("GET /jobs", page(JOB), page())
    stub.on("PUT /jobs/1/cancel", JOB)
    assert torc("jobs", "cancel", "train", "--workflow", "7").out == "Canceled job 1\n"
    query = stub.requests[0].query
    assert (query["workflow_id"], query["exact_name"]) == ("7", "train")
    ran = torc("jobs", "get", "trian", "--workflow", "7")
    assert ran.err == "error: workflow 7 has no job named 'trian' - see `torc jobs list 7`\n"


def test_a_name_without_a_workflow_is_a_usage_error(torc: Torc, stub: Stub) -> None:
    ran = torc("jobs", "get", "train")
    assert (ran.code, stub.requests) == (2, [])
    assert "--workflow" in ran.err


def test_inside_a_job_names_are_those_of_its_workflow(
    torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORC_WORKFLOW_ID", "7")
    stub.on("GET /jobs", page(JOB))
    stub.on("GET /jobs/1", JOB)
    assert torc("jobs", "get", "train").code == 0
    assert torc("jobs", "get", "1").code == 0
    assert len(stub.asked("GET /jobs")) == 1
