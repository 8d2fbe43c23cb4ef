import re

from django.test import Client

from accounts.models import User
from jobs.states import JobStatus
from tests.factories import (
    make_event,
    make_job,
    make_node,
    make_open_result,
    make_result,
    make_started_workflow,
    make_user_data,
    make_workflow,
)

POLL = {"HX-Request": "true"}


def test_a_job_tells_its_command_attempts_needs_and_links(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(
        workflow,
        "train",
        status=JobStatus.FAILED,
        reason="exit 3",
        command="run ${user_data.input.cfg}",
        parameters={"lr": 0.1},
    )
    value = make_user_data(workflow, "cfg", data='{"a": 1}', inputs_of=[job])
    make_result(job, return_code=1, command="run 17")
    make_result(job, return_code=3, command="run 17", node=make_node("c14"))
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "run 17" in text
    assert "run ${user_data.input.cfg}" in text
    assert "exit 3" in text
    assert "0.1" in text
    assert "c14" in text
    assert f"/w/{workflow.pk}/data/{value.pk}" in text
    assert len(re.findall(r'<a id="attempt-', text)) == 2


def test_a_job_that_waits_says_why_where_its_log_would_be(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    first = make_job(workflow, "first", status=JobStatus.READY)
    job = make_job(workflow, status=JobStatus.BLOCKED, depends_on=[first])
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "Has not started" in text
    assert "aits for first" in text


def test_one_job_can_be_canceled(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.READY)
    answer = page.post(f"/w/{workflow.pk}/jobs/{job.pk}/cancel", follow=True)
    assert "is being canceled" in answer.text
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELED


def test_events_are_told_in_words(page: Client, ann: User) -> None:
    workflow = make_workflow(owner=ann)
    make_event(workflow, "workflow_started", by="ann", run_id=1)
    make_event(workflow, "<b>", by=["<i>"], job_id="x")
    text = page.get(f"/w/{workflow.pk}/events").text
    assert "workflow started" in text
    assert "<b>" not in text


def test_workers_tell_what_is_taken(page: Client, ann: User) -> None:
    assert "0 workers online" in page.get("/workers").text
    node = make_node("c14-n03")
    job = make_job(make_started_workflow(owner=ann), status=JobStatus.READY)
    make_open_result(job, node=node, num_cpus=3, memory_bytes=2 << 30)
    text = page.get("/workers").text
    assert "c14-n03" in text
    assert "3 of 4" in text
    assert "2.0 GiB of 8.0 GiB" in text
    assert "online" in text
