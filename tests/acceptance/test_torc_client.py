"""Torc's own client, as published, drives a workflow on a real server."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.installation import Installation
from tests.servers import wait_until

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from torc.api import create_jobs, iter_documents, make_api
    from torc.openapi_client import models
    from torc.openapi_client.rest import ApiException

MANY = 25
VALUE = '{"x": 1.50}'


@pytest.fixture
def api(installation: Installation) -> Iterator[Any]:
    installation.start()
    api = make_api(f"{installation.url}/torc-service/v1")
    token = (installation.data_dir / "token").read_text().strip()
    api.api_client.set_default_header("Authorization", f"Bearer {token}")
    yield api
    api.api_client.rest_client.pool_manager.clear()


def start(api: Any, workflow_id: int) -> None:
    """Start a workflow; Torc has no such route, its runners claim jobs instead."""
    url = f"{api.api_client.configuration.host}/workflows/{workflow_id}/run"
    answer = api.api_client.call_api("POST", url, dict(api.api_client.default_headers))
    answer.read()
    assert answer.status == 200


def make_writer(api: Any, workflow: Any, data: Any, file: Any) -> models.JobModel:
    """Make the job that writes the file and the value."""
    small = api.create_resource_requirements(
        models.ResourceRequirementsModel(workflow_id=workflow.id, name="small", runtime="PT5M")
    )
    return api.create_job(
        models.JobModel(
            workflow_id=workflow.id,
            name="first",
            command=f"echo done > out.txt; torc user-data update {data.id} --data '{VALUE}'",
            output_file_ids=[file.id],
            output_user_data_ids=[data.id],
            resource_requirements_id=small.id,
        )
    )


def make_pipeline(api: Any, folder: Path) -> models.WorkflowModel:
    """Make one job that writes a file and a value, and many that read them, piece by piece."""
    workflow = api.create_workflow(
        models.WorkflowModel(
            name="from the client", user="somebody", submission_directory=str(folder)
        )
    )
    data = api.create_user_data(
        models.UserDataModel(workflow_id=workflow.id, name="config", data=None)
    )
    file = api.create_file(models.FileModel(workflow_id=workflow.id, name="out", path="out.txt"))
    first = make_writer(api, workflow, data, file)
    readers = [
        models.JobModel(
            workflow_id=workflow.id,
            name=f"reader_{number:02}",
            command=f"grep done out.txt && torc user-data get {data.id}",
            input_file_ids=[file.id],
            input_user_data_ids=[data.id],
        )
        for number in range(MANY)
    ]
    assert [job.name for job in create_jobs(api, readers)] == [job.name for job in readers]
    last = models.JobModel(
        workflow_id=workflow.id, name="last", command="exit 3", depends_on_job_ids=[first.id]
    )
    api.create_jobs(models.JobsModel(jobs=[last]))
    return workflow


def runner_of(workflow_id: int) -> models.ComputeNodeModel:
    """Return a runner as Torc's own registers itself."""
    return models.ComputeNodeModel(
        workflow_id=workflow_id,
        hostname="runner",
        pid=1,
        start_time="2026-01-01 12:00:00.123456",
        num_cpus=2,
        memory_gb=4.0,
        num_gpus=0,
        num_nodes=1,
        compute_node_type="local",
        is_active=True,
    )


def test_the_published_client_drives_a_workflow(api: Any, tmp_path: Path) -> None:
    assert api.ping().status == "ok"
    assert api.get_version().version
    workflow = make_pipeline(api, tmp_path)

    assert api.is_workflow_uninitialized(workflow.id).is_uninitialized
    api.initialize_jobs(workflow.id)
    status = api.get_workflow_status(workflow.id)
    assert (status.jobs_by_status.ready, status.jobs_by_status.blocked) == (1, MANY + 1)
    dependencies = list(iter_documents(api.list_job_dependencies, workflow.id, limit=10))
    assert len(dependencies) == 10

    start(api, workflow.id)
    wait_until(lambda: api.is_workflow_complete(workflow.id).is_complete, 60, "the end")

    jobs = list(iter_documents(api.list_jobs, workflow.id, include_relationships=True))
    by_name = {job.name: job for job in jobs}
    assert {job.status for job in jobs} == {"completed", "failed"}
    assert by_name["last"].status == "failed"
    assert by_name["last"].depends_on_job_ids == [by_name["first"].id]
    results = list(iter_documents(api.list_results, workflow.id))
    assert len(results) == MANY + 2
    assert {result.return_code for result in results if result.job_name != "last"} == {0}
    [value] = api.list_user_data(workflow.id).items
    assert value.data == {"x": 1.5}
    status = api.get_workflow_status(workflow.id)
    assert (status.jobs_by_status.completed, status.jobs_by_status.failed) == (MANY + 1, 1)
    assert api.list_compute_nodes(workflow.id).items
    assert api.list_events(workflow.id).items


def test_the_published_client_changes_and_deletes(api: Any, tmp_path: Path) -> None:
    workflow = make_pipeline(api, tmp_path)
    workflow.description = "changed"
    assert api.update_workflow(workflow.id, workflow).description == "changed"
    [value] = api.list_user_data(workflow.id).items
    value.data = {"b": [1, 2], "a": None}
    assert api.update_user_data(value.id, value).data == value.data
    job = api.list_jobs(workflow.id, name="first").items[0]
    job.command, job.priority = "true", 5
    changed = api.update_job(job.id, job)
    assert (changed.command, changed.priority) == ("true", 5)
    event = api.create_event(
        models.EventModel(workflow_id=workflow.id, timestamp=1, data={"category": "x"})
    )
    assert api.get_event(event.id).data == {"category": "x"}
    node = api.create_compute_node(runner_of(workflow.id))
    node.is_active = False
    assert api.update_compute_node(node.id, node).is_active is False
    api.cancel_workflow(workflow.id)
    assert api.is_workflow_complete(workflow.id).is_canceled
    api.reset_workflow_status(workflow.id)
    assert api.reset_job_status(workflow.id).updated_count == MANY + 2
    assert api.archive_workflow(
        workflow.id, models.ArchiveWorkflowRequest(is_archived=True)
    ).is_archived
    with pytest.raises(ApiException) as archived:
        api.delete_workflow(workflow.id)
    assert archived.value.status == 409
    api.archive_workflow(workflow.id, models.ArchiveWorkflowRequest(is_archived=False))
    assert api.delete_workflow(workflow.id).id == workflow.id
    with pytest.raises(ApiException) as gone:
        api.get_workflow(workflow.id)
    assert gone.value.status == 404
    assert "There is no workflow" in str(gone.value.body)
