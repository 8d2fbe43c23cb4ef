from typing import Any

import pytest

from accounts.models import User
from jobs.models import Job
from jobs.statuses import JobStatus
from tests.factories import (
    make_file,
    make_job,
    make_result,
    make_started_workflow,
    make_user,
    make_user_data,
    make_workflow,
)
from tests.integration.api.calling import Caller
from workflows.models import Workflow

SPEC = """
name: pipeline
jobs:
  - {name: first, command: 'torc user-data update ${user_data.output.config} --data 1'}
  - name: 'train_{i}'
    command: 'torc user-data get ${user_data.input.config}'
    parameters: {i: '1:3'}
"""


def test_a_workflow_is_made_from_a_spec_with_all_it_stands_for(api: Caller, owner: User) -> None:
    answer = api.post("/workflow_specs", {"spec": SPEC, "submission_directory": "/tmp"})
    assert answer.status_code == 201, answer.content
    made = answer.json()  # type: ignore[attr-defined]
    assert made["name"] == "pipeline"
    assert made["user"] == made["owner"] == "owner"
    assert made["submission_directory"] == "/tmp"
    counts = made["counts"]
    assert (counts["n_jobs"], counts["n_user_data"], counts["n_edges"]) == (4, 1, 3)
    assert Job.objects.filter(workflow=made["id"]).count() == 4


def test_checking_a_spec_stores_nothing(api: Caller) -> None:
    counts = api.ok("POST", "/workflow_specs/check", {"spec": SPEC, "format": "yaml"})
    assert counts["n_jobs"] == 4
    assert counts["families"] == [
        {"label": "first", "n_jobs": 1},
        {"label": "train_{i}", "n_jobs": 3},
    ]
    assert counts["asked"]["n_jobs_without_limit"] == 4
    assert not Workflow.objects.exists()


def test_all_that_is_wrong_with_a_spec_is_listed_with_its_place(api: Caller) -> None:
    spec = "name: w\njbos: []\njobs:\n  - {name: a, command: true, prioritty: 1}\n"
    problem = api.refused(422, "POST", "/workflow_specs", {"spec": spec})
    assert problem["code"] == problem["problems"][0]["code"]
    assert {"code", "detail", "line", "column", "pointer", "hint"} <= set(problem["problems"][0])
    assert len(problem["problems"]) > 1
    assert not Workflow.objects.exists()


def test_a_spec_that_is_too_large_is_refused(api: Caller) -> None:
    problem = api.refused(413, "POST", "/workflow_specs", {"spec": "#" * (5 * 2**20 + 1)})
    assert problem["code"] == "payload_too_large"
    assert problem["limit"] == 5 * 2**20


def test_a_format_that_is_not_read_is_refused_by_name(api: Caller) -> None:
    body = {"spec": 'workflow "x" {}', "format": "kdl"}
    assert api.refused(415, "POST", "/workflow_specs", body)["code"] == "unsupported_spec_format"


def test_a_workflow_is_made_piece_by_piece(api: Caller) -> None:
    body = {"name": "w", "user": "somebody", "description": "d", "use_pending_failed": True}
    made = api.ok("POST", "/workflows", {**body, "env": {"A": "1"}, "metadata": {"x": [1]}})
    assert made["user"] == "somebody"
    assert made["owner"] == "owner"
    assert made["use_pending_failed"] is True
    assert made["run_id"] == 0
    got = api.ok("GET", f"/workflows/{made['id']}")
    assert got == made
    names = api.ok("GET", f"/resource_requirements?workflow_id={made['id']}")["items"]
    assert [
        (requirements["name"], requirements["memory"], requirements["runtime"])
        for requirements in names
    ] == [("default", "1m", "P0DT1M")]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "name_empty"),
        ({"nme": "x"}, "unknown_field"),
        ({"execution_config": {"mode": "slurm"}}, "unsupported_field"),
        ({"access_groups": ["a"]}, "unsupported_field"),
        ({"enable_ro_crate": True}, "unsupported_field"),
        ({"run_id": 3}, "read_only_field"),
        ({"env": {"TORC_TOKEN": "x"}}, "env_name_reserved"),
        ({"submission_directory": "here"}, "path_not_absolute"),
        ({"compute_node_wait_for_new_jobs_seconds": -1}, "out_of_range"),
    ],
    ids=str,
)
def test_wrong_workflow_fields_are_refused(api: Caller, fields: dict[str, Any], code: str) -> None:
    assert api.refused(422, "POST", "/workflows", {"name": "w", **fields})["code"] == code
    assert not Workflow.objects.exists()


def test_fields_that_ask_for_nothing_are_taken(api: Caller) -> None:
    body = {"name": "w", "access_groups": [], "enable_ro_crate": False, "dynamic_jobs": None}
    api.ok("POST", "/workflows", body)


def test_what_a_client_got_it_may_send_back(api: Caller, workflow: Workflow) -> None:
    got = api.ok("GET", f"/workflows/{workflow.pk}")
    changed = api.ok("PUT", f"/workflows/{workflow.pk}", {**got, "description": "new"})
    assert changed["description"] == "new"
    assert changed["revision"] == got["revision"] + 1
    body = {"description": None, "jobs_sort_method": "none"}
    again = api.ok("PUT", f"/workflows/{workflow.pk}", body)
    assert again["description"] is None
    assert again["jobs_sort_method"] == "none"


def test_one_lists_ones_own_workflows_and_staff_all(api: Caller, workflow: Workflow) -> None:
    archived = make_workflow("old", owner=workflow.owner, is_archived=True, description="Old stuff")
    make_workflow("foreign")

    def names(query: str = "") -> list[str]:
        return [workflow["name"] for workflow in api.ok("GET", f"/workflows{query}")["items"]]

    assert names() == ["pipeline", "old"]
    assert names("?is_archived=false") == ["pipeline"]
    assert names("?name=old") == ["old"]
    assert names("?description=stuff") == [archived.name]
    assert names("?user=owner&sort_by=name") == ["old", "pipeline"]
    User.objects.filter(pk=workflow.owner_id).update(is_staff=True)
    assert names() == ["pipeline", "old", "foreign"]


def test_a_spec_that_was_stored_does_not_travel_with_every_answer(api: Caller, owner: User) -> None:
    made = make_workflow(owner=owner, spec_text="x" * 100_000)
    assert len(api.get(f"/workflows/{made.pk}").content) < 5_000


def test_initialize_start_cancel_reset(api: Caller) -> None:
    made = api.ok("POST", "/workflow_specs", {"spec": SPEC})
    path = f"/workflows/{made['id']}"
    assert api.ok("GET", f"{path}/is_uninitialized") == {"is_uninitialized": True}
    done = api.ok("POST", f"{path}/initialize_jobs?only_uninitialized=false")
    assert (done["run_id"], done["n_ready"], done["n_blocked"]) == (1, 1, 3)
    assert api.ok("GET", f"{path}/is_uninitialized") == {"is_uninitialized": False}
    started = api.ok("POST", f"{path}/run", {})
    assert started["is_started"]
    status = api.ok("GET", f"{path}/status")
    assert status["jobs_by_status"]["ready"] == 1
    assert status["total_jobs"] == 4
    assert not status["is_complete"]
    assert api.ok("PUT", f"{path}/cancel")["n_canceled"] == 4
    assert api.ok("GET", f"{path}/is_complete") == {"is_complete": True, "is_canceled": True}
    assert api.refused(409, "POST", f"{path}/run")["code"] == "workflow_canceled"
    assert not api.ok("POST", f"{path}/reset_status")["is_canceled"]
    reset = api.ok("POST", f"{path}/reset_job_status?failed_only=true")
    assert reset == {
        "workflow_id": made["id"],
        "updated_count": 4,
        "status": "uninitialized",
        "reset_type": "failed_only",
    }


def test_progress_is_asked_for_by_revision(api: Caller, owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    make_job(workflow, status=JobStatus.READY)
    path = f"/workflows/{workflow.pk}/progress"
    seen = api.ok("GET", path)
    assert seen["counts"] == {"ready": 1}
    assert seen["workers_online"] == 0
    assert api.get(f"{path}?revision={seen['revision']}").status_code == 204
    assert api.get(f"{path}?revision={seen['revision'] + 1}").status_code == 200


def test_an_archived_workflow_rests(api: Caller, workflow: Workflow) -> None:
    path = f"/workflows/{workflow.pk}"
    assert api.ok("POST", f"{path}/archive", {"is_archived": True})["is_archived"]
    assert api.refused(409, "POST", f"{path}/run")["code"] == "workflow_archived"
    assert not api.ok("POST", f"{path}/archive", {"is_archived": False})["is_archived"]


def test_deleting_answers_the_workflow_that_is_gone(api: Caller, workflow: Workflow) -> None:
    make_job(workflow)
    assert api.ok("DELETE", f"/workflows/{workflow.pk}")["name"] == "pipeline"
    assert api.refused(404, "GET", f"/workflows/{workflow.pk}")["code"] == "not_found"


def test_what_must_be_there_first_is_listed_by_id(api: Caller, workflow: Workflow) -> None:
    job = make_job(workflow)
    file, value = make_file(workflow, inputs_of=[job]), make_user_data(workflow, inputs_of=[job])
    path = f"/workflows/{workflow.pk}"
    assert api.ok("GET", f"{path}/required_existing_files") == {"files": [file.pk]}
    assert api.ok("GET", f"{path}/missing_user_data") == {"user_data": [value.pk]}


def test_status_sums_up_the_present_run(api: Caller, owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    job = make_job(workflow, status=JobStatus.COMPLETED)
    make_result(job, exec_seconds=30.0)
    status = api.ok("GET", f"/workflows/{workflow.pk}/status")
    assert status["total_exec_time_minutes"] == 0.5
    assert status["is_complete"]
    assert status["walltime_seconds"] >= 0


def test_users_of_other_names_are_found_by_them(api: Caller) -> None:
    make_user("somebody")
    api.ok("POST", "/workflows", {"name": "w", "user": "somebody"})
    assert api.ok("GET", "/workflows?user=somebody")["total_count"] == 1
    assert api.ok("GET", "/workflows?user=owner")["total_count"] == 0
