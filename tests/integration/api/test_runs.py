"""Results, logs, nodes, events, requirements and failure handlers."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from jobs.logs import path_of
from jobs.models import ComputeNode, LogTail, Result
from jobs.states import JobStatus
from tests.factories import (
    make_event,
    make_job,
    make_node,
    make_open_result,
    make_requirement,
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
        return [one["id"] for one in items]

    assert found() == [last.pk]
    assert len(found("&all_runs=true")) == 3
    assert len(found("&run_id=1")) == 1
    assert found("&run_id=2") == [last.pk]
    assert found("&return_code=1") == []
    assert len(found("&all_runs=true&return_code=1")) == 1
    assert found("&status=completed") == [last.pk]
    assert found(f"&job_id={job.pk}") == [last.pk]


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
    path.parent.mkdir(parents=True)
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
        found = api.ok("GET", f"/events?workflow_id={workflow.pk}{query}")
        return int(found["total_count"])

    assert count("") == 3
    assert count("&category=mine") == 1
    assert count("&category=workflow_started") == 1
    assert count("&after_timestamp=5") == 2
    changed = api.ok("PUT", f"/events/{made['id']}", {"data": {"x": 1}})
    assert changed["data"] == {"x": 1}
    assert api.ok("DELETE", f"/events/{made['id']}") == changed
    assert api.ok("DELETE", f"/events?workflow_id={workflow.pk}")["count"] == 2


def test_requirements_that_somebody_wrote_are_limits(api: Caller, workflow: Workflow) -> None:
    body = {"workflow_id": workflow.pk, "name": "big", "num_cpus": 4, "memory": "2g"}
    made = api.ok("POST", "/resource_requirements", body)
    assert (made["memory"], made["runtime"], made["num_gpus"]) == ("2g", "P0DT1M", 0)
    row = workflow.resource_requirements.get(name="big")
    assert (row.memory_bytes, row.enforces_memory, row.enforces_runtime) == (2 << 30, True, False)
    path = f"/resource_requirements/{row.pk}"
    api.ok("PUT", path, {**made, "runtime": "PT2H"})
    row.refresh_from_db()
    assert (row.runtime_seconds, row.enforces_runtime) == (7200, True)


def test_the_defaults_that_clients_send_along_are_no_limits(
    api: Caller, workflow: Workflow
) -> None:
    body = {"workflow_id": workflow.pk, "name": "r", "memory": "1m", "runtime": "PT1M"}
    made = api.ok("POST", "/resource_requirements", body)
    row = workflow.resource_requirements.get(pk=made["id"])
    assert (row.enforces_memory, row.enforces_runtime) == (False, False)


def test_sending_requirements_back_unchanged_makes_no_limits(
    api: Caller, workflow: Workflow
) -> None:
    row = workflow.resource_requirements.get(name="default")
    path = f"/resource_requirements/{row.pk}"
    api.ok("PUT", path, {**api.ok("GET", path), "num_cpus": 2})
    row.refresh_from_db()
    assert (row.num_cpus, row.enforces_memory, row.enforces_runtime) == (2, False, False)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"memory": "much"}, "invalid_memory"),
        ({"memory": "1"}, "out_of_range"),
        ({"runtime": "1h"}, "invalid_runtime"),
        ({"num_cpus": 0}, "out_of_range"),
        ({"num_gpus": 65}, "out_of_range"),
        ({"name": ""}, "name_empty"),
        ({"tags": ["a,b"]}, "invalid_tag"),
    ],
    ids=str,
)
def test_requirements_no_machine_has_are_refused(
    api: Caller, workflow: Workflow, fields: dict[str, Any], code: str
) -> None:
    body = {"workflow_id": workflow.pk, "name": "r", **fields}
    assert api.refused(422, "POST", "/resource_requirements", body)["code"] == code


def test_requirements_in_use_are_not_deleted(api: Caller, workflow: Workflow) -> None:
    used, free = make_requirement(workflow, "used"), make_requirement(workflow, "free")
    job = make_job(workflow, requirements=used)
    assert api.refused(409, "DELETE", f"/resource_requirements/{used.pk}")["code"] == "in_use"
    listed = api.ok("GET", f"/resource_requirements?workflow_id={workflow.pk}&job_id={job.pk}")
    assert [one["name"] for one in listed["items"]] == ["used"]
    assert api.ok("DELETE", f"/resource_requirements/{free.pk}")["name"] == "free"


def test_two_requirements_may_have_one_name_but_not_default(
    api: Caller, workflow: Workflow
) -> None:
    body = {"workflow_id": workflow.pk, "name": "same"}
    first = api.ok("POST", "/resource_requirements", body)
    assert api.ok("POST", "/resource_requirements", body)["id"] != first["id"]
    body["name"] = "default"
    assert api.refused(409, "POST", "/resource_requirements", body)["code"] == "name_taken"


def test_failure_handlers_are_checked_and_kept_as_text(api: Caller, workflow: Workflow) -> None:
    rules = '[{"exit_codes": [137],  "max_retries": 3}]'
    body = {"workflow_id": workflow.pk, "name": "h", "rules": rules}
    made = api.ok("POST", "/failure_handlers", body)
    assert made["rules"] == rules
    assert api.ok("GET", f"/failure_handlers/{made['id']}") == made
    assert api.ok("GET", f"/workflows/{workflow.pk}/failure_handlers")["items"] == [made]
    assert api.ok("DELETE", f"/failure_handlers/{made['id']}") == made


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("x", "invalid_rules"),
        ("{}", "invalid_rules"),
        ("[1]", "invalid_rules"),
        ('[{"exit_code": [1]}]', "unknown_field"),
        ('[{"recovery_script": "x.sh"}]', "unsupported_field"),
        ('[{"exit_codes": [999]}]', "out_of_range"),
        ('[{"max_retries": 101}]', "out_of_range"),
    ],
)
def test_rules_the_engine_would_not_follow_are_refused(
    api: Caller, workflow: Workflow, rules: str, code: str
) -> None:
    body = {"workflow_id": workflow.pk, "name": "h", "rules": rules}
    assert api.refused(422, "POST", "/failure_handlers", body)["code"] == code


def test_files_are_made_changed_and_listed(api: Caller, workflow: Workflow) -> None:
    job = make_job(workflow, status=JobStatus.UNINITIALIZED)
    items = [{"workflow_id": workflow.pk, "name": f"f{n}", "path": f"/d/{n}"} for n in range(2)]
    made = api.ok("POST", "/bulk_files", {"files": items})["files"]
    assert [one["name"] for one in made] == ["f0", "f1"]
    path = f"/files/{made[0]['id']}"
    assert api.ok("PUT", path, {**made[0], "st_mtime": 1.5})["st_mtime"] == 1.5
    assert api.ok("PUT", path, {"st_mtime": None})["st_mtime"] is None
    job.file_links.create(file_id=made[1]["id"], is_output=True)

    def names(query: str) -> list[str]:
        found = api.ok("GET", f"/files?workflow_id={workflow.pk}&{query}")
        return [one["name"] for one in found["items"]]

    assert names("is_output=true") == names(f"produced_by_job_id={job.pk}") == ["f1"]
    assert names("is_output=false") == names("path=/d/0") == names("name=f0") == ["f0"]
    assert api.ok("DELETE", path)["name"] == "f0"
    assert api.ok("DELETE", f"/files?workflow_id={workflow.pk}")["count"] == 1
    bad = {"workflow_id": workflow.pk, "name": "f", "path": "x" * 5000}
    assert api.refused(422, "POST", "/files", bad)["code"] == "path_too_long"
    assert json.dumps(made)
