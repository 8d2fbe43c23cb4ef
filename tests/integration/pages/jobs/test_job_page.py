import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from jobs.logs.read import path_of
from jobs.models import Family
from jobs.statuses import JobStatus
from jobs.worker.usage import NOTES_SUFFIX, Point, encoded
from tests.factories import (
    make_event,
    make_file,
    make_job,
    make_node,
    make_open_result,
    make_result,
    make_started_workflow,
    make_user,
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
    assert "This job has not started" in text
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


def test_workers_tell_what_runs_there_and_hide_what_is_not_ones_own(
    page: Client, ann: User
) -> None:
    node = make_node()
    mine, others = make_started_workflow(owner=ann), make_started_workflow(owner=make_user())
    for n in range(6):
        make_open_result(make_job(mine, f"mine{n}", status=JobStatus.READY), node=node)
    make_open_result(make_job(others, "secret", status=JobStatus.READY), node=node)
    text = page.get("/workers").text
    assert re.findall(r">(mine\d)<", text) == ["mine0", "mine1", "mine2", "mine3"]
    assert "and 3 more" in text
    assert "secret" not in text


def test_a_worker_that_fell_silent_stands_first_and_is_called_so(page: Client, ann: User) -> None:
    make_node("alive")
    make_node("gone", heartbeat_at=timezone.now() - timedelta(minutes=5))
    make_node("stopped", is_active=False)
    text = page.get("/workers").text
    assert "1 worker no longer responds" in text
    assert re.findall(r'<td class="name">(\w+)<', text) == ["gone", "alive", "stopped"]


def test_a_failed_job_says_on_which_try_why_and_what_it_blocks(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, "fit", status=JobStatus.FAILED, reason="return code 1", n_attempts=2)
    make_job(workflow, "aggregate", status=JobStatus.CANCELED, canceled_by=job, depends_on=[job])
    make_result(job, return_code=1)
    make_result(job, return_code=1, error_line="MemoryError: 8 GiB")
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "Failed on try 2: return code 1: MemoryError: 8 GiB; blocks aggregate" in text
    assert f"/w/{workflow.pk}/rerun?job={job.pk}" in text
    assert f"torc jobs rerun {workflow.pk} --job {job.pk}" in text


def test_neighbors_are_links_and_families_of_many_are_one(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    family = Family.objects.create(workflow=workflow, position=0, label="train_{i}", n_jobs=40)
    many = [make_job(workflow, f"train_{n}", family=family) for n in range(40)]
    job = make_job(workflow, "<b>pick", depends_on=many)
    after = make_job(workflow, "report", depends_on=[job])
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert f"/w/{workflow.pk}?family={family.pk}" in text
    assert "train_{i}: 0 of 40 completed" in text
    assert f'href="{after.get_absolute_url()}"' in text
    assert "train_39" not in text
    assert "<b>pick" not in text


def test_inputs_and_outputs_tell_their_state_and_the_other_side(
    page: Client, ann: User, tmp_path: Path
) -> None:
    workflow = make_started_workflow(owner=ann, submission_directory=str(tmp_path))
    writer, job = make_job(workflow, "writer"), make_job(workflow, "reader")
    (tmp_path / "here.csv").write_bytes(b"x" * 2048)
    make_file(workflow, "here.csv", inputs_of=[job], outputs_of=[writer])
    make_file(workflow, "gone.csv", inputs_of=[job])
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "2.0 KiB, changed" in text
    assert "does not exist" in text
    assert f'written by <a href="{writer.get_absolute_url()}">writer</a>' in text


def test_what_was_used_is_drawn_against_what_was_asked(page: Client, ann: User) -> None:
    job = make_job(make_started_workflow(owner=ann), status=JobStatus.COMPLETED)
    used: dict[str, Any] = {
        "peak_memory_bytes": 3 << 30,
        "avg_memory_bytes": 1 << 30,
        "memory_bytes": 2 << 30,
    }
    cpu: dict[str, Any] = {"peak_cpu_percent": 90.0, "avg_cpu_percent": 50.0}
    make_result(job, exec_seconds=9.0, usage="[[1,10,50],[9,3221225472,90]]", **used, **cpu)
    text = page.get(job.get_absolute_url()).text
    assert "150 %" in text
    assert text.count('<svg class="curve"') == 2


def test_what_runs_shows_what_it_has_used_so_far(
    page: Client, ann: User, tmp_path: Path, settings: Any
) -> None:
    settings.TORC_DATA_DIR = tmp_path
    job = make_job(make_started_workflow(owner=ann), status=JobStatus.READY)
    result = make_open_result(job, started_at=timezone.now(), memory_bytes=4 << 20)
    assert "Asked and used" not in page.get(job.get_absolute_url()).text
    notes = path_of(result, "stdout").with_suffix(NOTES_SUFFIX)
    notes.parent.mkdir(parents=True)
    notes.write_text(encoded([Point(1.0, 3 << 20, 50.0), Point(9.0, 2 << 20, 90.0)]))
    text = page.get(job.get_absolute_url()).text
    assert "2.0 MiB now, 3.0 MiB at most" in text
    assert "90 % now, 70 % on average" in text
    assert text.count('<svg class="curve"') == 2


def test_values_of_the_environment_are_never_shown(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann, env={"API_KEY": "hunter2"})
    job = make_job(workflow, env={"DATABASE_URL": "postgres://me:hunter3@host"})
    text = page.get(job.get_absolute_url()).text
    assert "API_KEY DATABASE_URL" in text
    assert "hunter" not in text
