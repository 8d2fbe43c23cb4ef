"""Jobs, results, logs and the other lists, against canned answers."""

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
    assert torc("jobs", "cancel", "1", "2").out == "Canceled job 1, 2\n"


def test_results_are_readable(torc: Torc, stub: Stub) -> None:
    stub.on("GET /results", page(RESULT))
    lines = torc("results", "list", "7").out.splitlines()
    heads = [each.strip() for each in lines[1].strip("│").split("│")]
    assert heads[:6] == ["ID", "Job ID", "Job Name", "Run ID", "Attempt", "Return Code"]
    cells = [each.strip() for each in lines[3].strip("│").split("│")]
    assert cells[:6] == ["5", "1", "train", "1", "2", "0"]
    assert cells[6:9] == ["0.30 s", "1.5 MiB", "completed"]


def test_results_without_a_name_get_it_from_the_job(torc: Torc, stub: Stub) -> None:
    stub.on("GET /results", page({**RESULT, "job_name": None}))
    stub.on("GET /jobs/1", {"id": 1, "name": "train", "workflow_id": 7})
    assert "train" in torc("results", "list", "7").out


def test_failed_results_are_those_that_failed_or_were_ended(torc: Torc, stub: Stub) -> None:
    stub.on("GET /results", page())
    torc("results", "list", "7", "--failed", "--all-runs", "--sort-by", "job_name")
    (asked,) = (each.query for each in stub.requests)
    assert (asked["failed"], asked["all_runs"], asked["sort_by"]) == ("true", "true", "job_name")
    assert "status" not in asked


def test_logs_are_handed_on_to_programs_as_they_are(torc: Torc, stub: Stub) -> None:
    stub.on("GET /results/5/logs/stdout", (200, "a\x1b[31mb\x1b[2J\n", "text/plain"))
    assert torc("results", "logs", "5").out == "a\x1b[31mb\x1b[2J\n"


@pytest.mark.usefixtures("terminal")
def test_logs_on_a_terminal_keep_colours_only(torc: Torc, stub: Stub) -> None:
    stub.on("GET /results/5/logs/stderr", (200, "a\x1b[31mb\x1b[2J\n", "text/plain"))
    assert torc("results", "logs", "5", "--stderr", "--offset", "0").out == "a\x1b[31mb\n"
    assert torc("results", "logs", "5", "--stderr", "--raw").out == "a\x1b[31mb\x1b[2J\n"
    assert stub.requests[0].query == {"offset": "0"}


def test_the_log_of_a_job_is_that_of_its_last_attempt(torc: Torc, stub: Stub) -> None:
    stub.on("GET /jobs/1", JOB)
    stub.on("GET /results", page({**RESULT, "id": 9}, RESULT), page())
    stub.on("GET /results/9/logs/stdout", (200, "hello", "text/plain"))
    assert torc("jobs", "logs", "1").out == "hello"
    assert "job 1 has no result yet" in torc("jobs", "logs", "1").err


@pytest.mark.parametrize(
    ("words", "path", "row", "cells"),
    [
        (
            "files list 7",
            "/files",
            {"id": 1, "name": "f", "path": "/x/f", "st_mtime": 1767225600.0},
            ["1", "f", "/x/f", "2026-01-01 00:00:00"],
        ),
        (
            "events list 7",
            "/events",
            {"id": 1, "timestamp": 1767225600000, "data": {"type": "job_started"}},
            ["1", "2026-01-01 00:00:00", '{"type": "job_started"}'],
        ),
        (
            "resource-requirements list 7",
            "/resource_requirements",
            {
                "id": 1,
                "name": "small",
                "num_cpus": 1,
                "num_gpus": 0,
                "num_nodes": 1,
                "memory": "1g",
                "runtime": "PT5M",
            },
            ["1", "small", "1", "0", "1", "1g", "PT5M"],
        ),
        (
            "compute-nodes list",
            "/compute_nodes",
            {
                "id": 1,
                "hostname": "n1",
                "pid": 42,
                "num_cpus": 8,
                "memory_gb": 15.5,
                "num_gpus": 0,
                "is_active": True,
                "start_time": "2026-01-01T00:00:00.1+00:00",
                "duration_seconds": 7260.0,
            },
            ["1", "n1", "42", "8", "15.5", "0", "yes", "2026-01-01 00:00:00", "2h 01m"],
        ),
        (
            "tokens list",
            "/tokens",
            {
                "id": 1,
                "name": "ci",
                "prefix": "abcdefgh",
                "scope": "run",
                "created_at": "c",
                "expires_at": None,
                "last_used_at": None,
                "revoked_at": None,
            },
            ["1", "ci", "torc_pat_abcdefgh_…", "run", "c", "never", "never", ""],
        ),
    ],
)
def test_lists_print_their_columns(
    torc: Torc, stub: Stub, words: str, path: str, row: dict[str, object], cells: list[str]
) -> None:
    stub.on(f"GET {path}", page(row))
    lines = torc(*words.split()).out.splitlines()
    assert [each.strip() for each in lines[3].strip("│").split("│")] == cells
    assert json.loads(torc(*words.split(), "-f", "json").out) == [row]


def test_a_new_token_is_shown_once_and_alone_on_stdout(torc: Torc, stub: Stub) -> None:
    stub.on("POST /tokens", {"id": 3, "name": "ci", "scope": "read", "token": "torc_pat_x"})
    ran = torc("tokens", "create", "--name", "ci", "--scope", "read", "--expires-in-days", "7")
    assert ran.out == "torc_pat_x\n"
    assert stub.requests[0].json == {"name": "ci", "scope": "read", "expires_in_days": 7}
    assert torc("tokens", "create").code == 2
    assert torc("tokens", "create", "-n", "x", "--expires-in-days", "week").code == 2


def test_tokens_are_revoked_by_id(torc: Torc, stub: Stub) -> None:
    stub.on("DELETE /tokens/3", (204, None))
    assert torc("tokens", "revoke", "3").out == "Revoked token 3\n"
