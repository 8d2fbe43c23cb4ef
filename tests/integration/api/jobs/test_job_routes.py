from typing import Any

import pytest

from accounts.models import User
from api.jobs import jobs
from api.jobs.serializers import single_job_fields
from jobs.models import Event, Job, Result
from jobs.statuses import JobStatus
from tests.factories import (
    make_failure_handler,
    make_file,
    make_job,
    make_node,
    make_open_result,
    make_requirement,
    make_started_workflow,
    make_user_data,
    make_workflow,
)
from tests.integration.api.calling import Caller
from workflows.models import Workflow


def new_job(workflow: Workflow, name: str = "a", **fields: Any) -> dict[str, Any]:
    return {"workflow_id": workflow.pk, "name": name, "command": "true", **fields}


def test_a_new_job_has_torcs_fields_and_the_default_requirements(
    api: Caller, workflow: Workflow
) -> None:
    job = api.ok("POST", "/jobs", new_job(workflow, env={"A": "b"}, priority=3))
    assert job["status"] == "uninitialized"
    assert job["attempt_id"] == 1
    assert job["env"] == {"A": "b"}
    assert job["priority"] == 3
    assert job["cancel_on_blocking_job_failure"] is True
    requirements = workflow.resource_requirements.get(name="default")
    assert job["resource_requirements_id"] == requirements.pk
    assert job["depends_on_job_ids"] == []


def test_jobs_in_bulk_come_back_in_order_with_their_ties(api: Caller, workflow: Workflow) -> None:
    first = make_job(workflow, "first")
    file, value = make_file(workflow), make_user_data(workflow)
    tied = {
        "depends_on_job_ids": [first.pk],
        "input_file_ids": [file.pk],
        "output_user_data_ids": [value.pk],
    }
    items = [new_job(workflow, "z", **tied), new_job(workflow, "a")]
    jobs = api.ok("POST", "/bulk_jobs", {"jobs": items})["jobs"]
    assert [job["name"] for job in jobs] == ["z", "a"]
    assert {name: jobs[0][name] for name in tied} == tied
    assert jobs[1]["depends_on_job_ids"] == []


def test_what_a_client_got_it_may_send_back(api: Caller, workflow: Workflow) -> None:
    job = api.ok("POST", "/jobs", new_job(workflow))
    assert api.ok("PUT", f"/jobs/{job['id']}", {**job, "command": "false"})["command"] == "false"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "name_empty"),
        ({"name": "   "}, "name_empty"),
        ({"name": "x" * 256}, "name_too_long"),
        ({"name": "\x1b]0;pwn\x07"}, "control_character"),
        ({"name": "a\0b"}, "nul_character"),
        ({"name": "\ud800"}, "lone_surrogate"),
        ({"command": ""}, "command_empty"),
        ({"command": "x" * 100_001}, "command_too_long"),
        ({"env": {"TORC_JOB_ID": "1"}}, "env_name_reserved"),
        ({"env": {"a b": "1"}}, "env_name_invalid"),
        ({"env": {"A": "x" * 32_769}}, "env_too_long"),
        ({"env": {f"A{n}": "x" for n in range(201)}}, "env_too_many"),
        ({"env": {"A": 1}}, "validation_error"),
        ({"priority": 2**31}, "out_of_range"),
        ({"priority": "1"}, "validation_error"),
        ({"scheduler_id": 1}, "unsupported_field"),
        ({"invocation_script": "wrap.sh"}, "unsupported_field"),
        ({"schedule_compute_nodes": {"scheduler_id": 1}}, "unsupported_field"),
        ({"status": "running"}, "read_only_field"),
        ({"attempt_id": 2}, "read_only_field"),
        ({"comand": "x"}, "unknown_field"),
        ({"workflow_id": 2**63}, "number_out_of_range"),
        ({"depends_on_job_ids": [4_000_000]}, "unknown_reference"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_fields_are_refused_and_nothing_is_stored(
    api: Caller, workflow: Workflow, fields: dict[str, Any], code: str
) -> None:
    problem = api.refused(422, "POST", "/jobs", {**new_job(workflow), **fields})
    assert problem["code"] == code
    assert not Job.objects.exists()


def test_a_misspelt_field_is_refused_with_the_nearest_name(api: Caller, workflow: Workflow) -> None:
    items = [new_job(workflow), {**new_job(workflow, "b"), "prioriti": 1}]
    problem = api.refused(422, "POST", "/bulk_jobs", {"jobs": items})
    assert problem["code"] == "unknown_field"
    assert problem["pointer"] == "/jobs/1/prioriti"
    assert "'priority'" in problem["hint"]


@pytest.mark.parametrize(
    "body", ["[]", "null", '"x"', '{"workflow_id":null,"name":[],"command":{}}', "{}"]
)
def test_bodies_of_the_wrong_shape_are_validation_errors(api: Caller, body: str) -> None:
    assert api.refused(422, "POST", "/jobs", body)["code"] == "validation_error"


def test_ids_of_another_workflow_do_not_exist(api: Caller, workflow: Workflow) -> None:
    foreign = make_workflow()
    job, file = make_job(foreign), make_file(foreign)
    handler, requirements = make_failure_handler(foreign), make_requirement(foreign)
    for fields in (
        {"input_file_ids": [file.pk]},
        {"resource_requirements_id": requirements.pk},
        {"depends_on_job_ids": [job.pk]},
        {"failure_handler_id": handler.pk},
    ):
        assert api.post("/jobs", new_job(workflow, **fields)).status_code in (404, 422)
    assert not Job.objects.filter(workflow=workflow).exists()


def test_a_bulk_request_is_all_or_nothing_and_of_one_workflow(
    api: Caller, owner: User, workflow: Workflow
) -> None:
    other = make_workflow(owner=owner)
    items = [new_job(workflow), new_job(other)]
    assert api.refused(422, "POST", "/bulk_jobs", {"jobs": items})["code"] == "mixed_workflows"
    twice = [new_job(workflow), new_job(workflow)]
    assert api.refused(409, "POST", "/bulk_jobs", {"jobs": twice})["code"] == "duplicate_job_name"
    assert not Job.objects.exists()


def test_lists_are_filtered(api: Caller, workflow: Workflow) -> None:
    first = make_job(workflow, "train_1", status=JobStatus.COMPLETED)
    second = make_job(workflow, "train_2", depends_on=[first], command="python x.py")
    file = make_file(workflow, inputs_of=[second])

    def names(query: str) -> list[str]:
        page = api.ok("GET", f"/jobs?workflow_id={workflow.pk}&{query}")
        assert page["total_count"] == len(page["items"])
        return [job["name"] for job in page["items"]]

    assert names("status=completed") == ["train_1"]
    assert names("name=train_") == ["train_1", "train_2"]
    assert names("command=x.py") == ["train_2"]
    assert names(f"needs_file_id={file.pk}") == ["train_2"]
    assert names(f"upstream_job_id={first.pk}") == ["train_2"]
    assert names("sort_by=name&reverse_sort=true") == ["train_2", "train_1"]
    assert names("origin_is_set=true") == []


def test_a_running_job_names_its_node_and_start(api: Caller, owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    job, node = make_job(workflow), make_node()
    attempt = make_open_result(job, node=node, started_at=workflow.started_at)
    page = api.ok("GET", f"/jobs?workflow_id={workflow.pk}&active_compute_node_id={node.pk}")
    [seen] = page["items"]
    assert seen["status"] == "running"
    assert seen["compute_node_id"] == node.pk
    assert attempt.started_at is not None
    assert seen["start_time"] == attempt.started_at.isoformat()


def test_every_waiting_job_says_why(api: Caller, workflow: Workflow) -> None:
    make_job(workflow, "b", depends_on=[make_job(workflow, "a")], status=JobStatus.BLOCKED)
    items = api.ok("GET", f"/jobs?workflow_id={workflow.pk}")["items"]
    assert items[0]["reason"] == "not initialized"
    assert "a" in items[1]["reason"]


def test_relationships_are_listed_when_asked_for(api: Caller, workflow: Workflow) -> None:
    jobs = [make_job(workflow) for _ in range(3)]
    last = make_job(workflow, depends_on=jobs)
    path = f"/jobs?workflow_id={workflow.pk}&include_relationships=true"
    items = api.ok("GET", path)["items"]
    assert items[-1]["id"] == last.pk
    assert items[-1]["depends_on_job_ids"] == [job.pk for job in jobs]
    plain = api.ok("GET", f"/jobs?workflow_id={workflow.pk}")["items"]
    assert "depends_on_job_ids" not in plain[-1]


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELED])
def test_the_command_of_a_job_that_has_ended_may_change(
    api: Caller, workflow: Workflow, status: JobStatus
) -> None:
    job = make_job(workflow, status=status)
    assert api.ok("PUT", f"/jobs/{job.pk}", {"command": "new"})["command"] == "new"
    job.refresh_from_db()
    assert (job.status, job.command_revision) == (status, 2)
    problem = api.refused(409, "PUT", f"/jobs/{job.pk}", {"command": "newer", "name": "other"})
    assert "so name cannot change" in problem["detail"]


def test_an_initialized_job_keeps_its_command_but_not_its_requirements(
    api: Caller, workflow: Workflow
) -> None:
    job = make_job(workflow, status=JobStatus.READY)
    more = make_requirement(workflow, num_cpus=4)
    path = f"/jobs/{job.pk}"
    assert api.refused(409, "PUT", path, {"command": "x"})["code"] == "job_initialized"
    changed = api.ok("PUT", path, {"resource_requirements_id": more.pk, "priority": 7})
    assert changed["resource_requirements_id"] == more.pk
    assert changed["priority"] == 7


def test_a_job_that_starts_during_a_change_keeps_its_name_and_command(
    api: Caller, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(workflow, "sim", command="old")

    def start_after_reading(job_id: int) -> Any:
        fields = single_job_fields(job_id)
        Job.objects.filter(pk=job_id).update(status=JobStatus.RUNNING.value)
        return fields

    monkeypatch.setattr(jobs, "single_job_fields", start_after_reading)
    problem = api.refused(409, "PUT", f"/jobs/{job.pk}", {"name": "other", "command": "new"})
    assert (problem["code"], problem["pointer"]) == ("job_initialized", "/command")
    job.refresh_from_db()
    assert (job.name, job.command) == ("sim", "old")


def test_a_new_command_is_tied_to_what_it_names(api: Caller, workflow: Workflow) -> None:
    job, value = make_job(workflow), make_user_data(workflow, "config")
    command = "torc user-data get ${user_data.input.config}"
    changed = api.ok("PUT", f"/jobs/{job.pk}", {"command": command})
    assert changed["input_user_data_ids"] == [value.pk]


def test_a_job_can_be_switched_off_and_on(api: Caller, workflow: Workflow) -> None:
    job = make_job(workflow, status=JobStatus.READY)
    path = f"/jobs/{job.pk}"
    assert api.ok("PUT", path, {"status": "disabled"})["status"] == "disabled"
    assert api.ok("PUT", path, {"status": "uninitialized"})["status"] == "uninitialized"
    problem = api.refused(409, "PUT", path, {"status": "completed"})
    assert problem["code"] == "status_not_settable"


def test_canceling_a_job_takes_what_waits_for_it_along(api: Caller, owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    job = make_job(workflow, status=JobStatus.READY)
    after = make_job(workflow, depends_on=[job], status=JobStatus.BLOCKED)
    assert api.ok("PUT", f"/jobs/{job.pk}/cancel")["status"] == "canceled"
    after.refresh_from_db()
    assert after.status == JobStatus.CANCELED
    assert api.refused(409, "PUT", f"/jobs/{job.pk}/cancel")["code"] == "job_not_cancelable"


def test_deleting_jobs_frees_what_waited_for_them(api: Caller, workflow: Workflow) -> None:
    job = make_job(workflow, status=JobStatus.READY)
    after = make_job(workflow, depends_on=[job], status=JobStatus.BLOCKED)
    assert api.ok("DELETE", f"/jobs/{job.pk}")["id"] == job.pk
    after.refresh_from_db()
    assert after.status == JobStatus.READY
    assert api.ok("DELETE", f"/jobs?workflow_id={workflow.pk}")["count"] == 1


def test_a_running_job_is_not_deleted(api: Caller, owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    job = make_job(workflow)
    make_open_result(job)
    assert api.refused(409, "DELETE", f"/jobs/{job.pk}")["code"] == "jobs_active"
    assert Result.objects.count() == 1


def test_actions_leave_an_event_with_the_name_of_who_did_it(
    api: Caller, workflow: Workflow
) -> None:
    job = make_job(workflow, status=JobStatus.READY)
    api.ok("PUT", f"/jobs/{job.pk}/cancel")
    assert Event.objects.get().data["by"] == "owner"
