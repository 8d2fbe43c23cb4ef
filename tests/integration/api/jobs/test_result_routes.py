"""Results, logs, nodes and events."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from jobs.logs.read import path_of
from jobs.models import ComputeNode, LogTail, Result
from jobs.statuses import JobStatus
from tests.factories import (
    make_event,
    make_job,
    make_node,
    make_open_result,
    make_result,
    make_started_workflow,
)
from tests.integration.api.calling import Caller
from workflows.models import Workflow


def test_results_are_those_of_the_last_attempts_of_the_present_run(
    api: Caller, owner: User
) -> None:
    workflow = make_started_workflow(owner=owner, run_id=2)
    job = make_job(workflow, "a", n_attempts=2)
    make_result(job, run_id=1, return_code=3)
    make_result(job, attempt_id=1, return_code=1)
    last = make_result(job, attempt_id=2)
    make_open_result(make_job(workflow, "b"))

    def found(query: str = "") -> list[int]:
        items = api.ok("GET", f"/results?workflow_id={workflow.pk}{query}")["items"]
        return [item["id"] for item in items]

    assert found() == [last.pk]
    assert len(found("&all_runs=true")) == 3
    assert len(found("&run_id=1")) == 1
    assert found("&run_id=2") == [last.pk]
    assert found("&return_code=1") == []
    assert len(found("&all_runs=true&return_code=1")) == 1
    assert found("&status=completed") == [last.pk]
    assert found(f"&job_id={job.pk}") == [last.pk]


def test_failed_results_come_in_one_order(api: Caller, owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    ends = {"d": JobStatus.FAILED, "c": JobStatus.COMPLETED, "b": JobStatus.TERMINATED}
    for name, status in (*ends.items(), ("a", JobStatus.FAILED)):
        make_result(make_job(workflow, name, status=status, n_attempts=1), status=status)
    query = f"workflow_id={workflow.pk}&failed=true&sort_by=job_name"
    page = api.ok("GET", f"/results?{query}")
    assert [row["job_name"] for row in page["items"]] == ["a", "b", "d"]


def test_a_result_has_torcs_fields(api: Caller, workflow: Workflow) -> None:
    result = make_result(make_job(workflow, "a"), exec_seconds=90.0, node=make_node())
    seen = api.ok("GET", f"/results/{result.pk}")
    assert seen["job_name"] == "a"
    assert seen["exec_time_minutes"] == 1.5
    assert seen["status"] == "completed"
    assert seen["compute_node_id"] == result.compute_node_id
    assert api.ok("DELETE", f"/results/{result.pk}") == seen
    assert not Result.objects.exists()


def test_open_attempts_are_no_results(api: Caller, workflow: Workflow) -> None:
    attempt = make_open_result(make_job(workflow))
    assert api.refused(404, "GET", f"/results/{attempt.pk}")["code"] == "not_found"
    assert api.ok("DELETE", f"/results?workflow_id={workflow.pk}")["count"] == 0
    assert Result.objects.count() == 1


def write_log(result: Result, settings: Settings, tmp_path: Path, text: bytes) -> Path:
    settings.TORC_DATA_DIR = tmp_path
    path = path_of(result, "stdout")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    return path


def test_a_log_is_read_in_parts_also_while_the_job_runs(
    api: Caller, workflow: Workflow, settings: Settings, tmp_path: Path
) -> None:
    attempt = make_open_result(make_job(workflow), started_at=timezone.now())
    write_log(attempt, settings, tmp_path, b"0123456789\x1b[31m\xff<script>")
    path = f"/results/{attempt.pk}/logs/stdout"
    part = api.get(f"{path}?offset=2&limit=3")
    assert part.content == b"234"
    assert part.headers["X-Log-Next-Offset"] == "5"
    assert part.headers["X-Log-Size"] == "24"
    assert part.headers["Content-Type"].startswith("text/plain")
    assert "sandbox" in part.headers["Content-Security-Policy"]
    assert part.headers["Content-Disposition"].startswith("attachment")
    end = api.get(f"{path}?limit=8")
    assert end.content == b"<script>"
    assert api.get(f"{path}?offset=1000").content == b""


def test_the_log_of_a_job_is_that_of_its_last_attempt_while_it_runs_too(
    api: Caller, workflow: Workflow, settings: Settings, tmp_path: Path
) -> None:
    job = make_job(workflow)
    path = f"/jobs/{job.pk}/logs/stdout"
    assert api.get(path).status_code == 404
    ended = make_result(job)
    write_log(ended, settings, tmp_path, b"first")
    part = api.get(path)
    assert (part.content, part.headers["X-Log-Is-Complete"]) == (b"first", "true")
    attempt = make_open_result(job, attempt_id=2, started_at=timezone.now())
    write_log(attempt, settings, tmp_path, b"so far")
    part = api.get(f"{path}?offset=3")
    assert part.content == b"far"
    assert part.headers["X-Log-Result-Id"] == str(attempt.pk)
    assert part.headers["X-Log-Is-Complete"] == "false"
    assert part.headers["X-Log-Source"] == "file"


def test_logs_of_jobs_are_those_of_visible_ones(api: Caller) -> None:
    hidden = make_result(make_job(make_started_workflow()))
    assert api.get(f"/jobs/{hidden.job_id}/logs/stdout").status_code == 404


@pytest.mark.parametrize("trap", ["link", "pipe", "folder"])
def test_a_log_that_is_no_file_is_not_read(
    api: Caller, workflow: Workflow, settings: Settings, tmp_path: Path, trap: str
) -> None:
    result = make_result(make_job(workflow))
    path = write_log(result, settings, tmp_path, b"")
    path.unlink()
    secret = tmp_path / "secret"
    secret.write_text("secret")
    if trap == "link":
        path.symlink_to(secret)
    elif trap == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    LogTail.objects.create(result=result, stdout="the kept tail")
    assert api.get(f"/results/{result.pk}/logs/stdout").content == b"the kept tail"


def test_a_log_of_another_machine_is_its_kept_tail(
    api: Caller, workflow: Workflow, settings: Settings, tmp_path: Path
) -> None:
    settings.TORC_DATA_DIR = tmp_path
    result = make_result(make_job(workflow))
    LogTail.objects.create(result=result, stdout="out", stderr="trouble")
    assert api.get(f"/results/{result.pk}/logs/stderr").content == b"trouble"


def new_node(workflow: Workflow, **fields: Any) -> dict[str, Any]:
    return {
        "workflow_id": workflow.pk,
        "hostname": "runner",
        "pid": 1,
        "start_time": "2026-01-01 12:00:00.123456",
        "num_cpus": 4,
        "memory_gb": 15.5,
        "num_gpus": 0,
        "num_nodes": 1,
        "compute_node_type": "local",
        **fields,
    }


def test_a_runner_is_registered_changed_and_deleted(api: Caller, workflow: Workflow) -> None:
    made = api.ok("POST", "/compute_nodes", new_node(workflow, scheduler={"x": [1]}))
    assert made["start_time"] == "2026-01-01 12:00:00.123456"
    assert made["memory_gb"] == 15.5
    assert made["scheduler"] == {"x": [1]}
    path = f"/compute_nodes/{made['id']}"
    done = api.ok("PUT", path, {**made, "is_active": False, "duration_seconds": 2.5})
    assert (done["is_active"], done["duration_seconds"]) == (False, 2.5)
    assert api.ok("GET", path) == done
    assert api.ok("DELETE", path) == done
    assert not ComputeNode.objects.exists()


def test_our_workers_are_listed_and_left_alone(
    api: Caller, stranger: Caller, workflow: Workflow
) -> None:
    node = make_node(memory_bytes=8 << 30)
    api.ok("POST", "/compute_nodes", new_node(workflow))
    assert len(api.ok("GET", f"/compute_nodes?workflow_id={workflow.pk}")["items"]) == 2
    [ours] = stranger.ok("GET", "/compute_nodes")["items"]
    assert (ours["id"], ours["workflow_id"], ours["memory_gb"]) == (node.pk, 0, 8.0)
    assert api.refused(409, "DELETE", f"/compute_nodes/{node.pk}")["code"] == "own_worker"
    problem = api.refused(409, "PUT", f"/compute_nodes/{node.pk}", {"is_active": False})
    assert problem["code"] == "own_worker"
    assert api.ok("DELETE", f"/compute_nodes?workflow_id={workflow.pk}")["count"] == 1
    assert ComputeNode.objects.get().pk == node.pk


def test_events_are_noted_listed_and_deleted(api: Caller, workflow: Workflow) -> None:
    body = {"workflow_id": workflow.pk, "timestamp": 5, "data": {"category": "mine"}}
    made = api.ok("POST", "/events", body)
    assert (made["timestamp"], made["data"]) == (5, {"category": "mine"})
    now = api.ok("POST", "/events", {"workflow_id": workflow.pk, "data": {}})
    assert now["timestamp"] > 1_700_000_000_000
    make_event(workflow, "workflow_started")

    def count(query: str) -> int:
        page = api.ok("GET", f"/events?workflow_id={workflow.pk}{query}")
        return int(page["total_count"])

    assert count("") == 3
    assert count("&category=mine") == 1
    assert count("&category=workflow_started") == 1
    assert count("&after_timestamp=5") == 2
    changed = api.ok("PUT", f"/events/{made['id']}", {"data": {"x": 1}})
    assert changed["data"] == {"x": 1}
    assert api.ok("DELETE", f"/events/{made['id']}") == changed
    assert api.ok("DELETE", f"/events?workflow_id={workflow.pk}")["count"] == 2
