import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from jobs.logs import path_of
from jobs.models import LogTail, Result
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


@pytest.fixture
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.TORC_DATA_DIR = tmp_path
    return tmp_path


def write_log(result: Result, content: bytes, stream: Any = "stdout") -> Path:
    path = path_of(result, stream)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


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
    assert len(re.findall(r'<tr id="attempt-', text)) == 2


def test_a_job_that_waits_says_why_where_its_log_would_be(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    first = make_job(workflow, "first", status=JobStatus.READY)
    job = make_job(workflow, status=JobStatus.BLOCKED, depends_on=[first])
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "Has not started" in text
    assert "aits for first" in text


def test_a_log_is_text_with_its_escape_codes_gone(page: Client, ann: User, data_dir: Path) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.COMPLETED)
    result = make_result(job)
    write_log(result, b"\x1b[31mred\x1b[0m <script>alert(1)</script>\n10%\r100%\n")
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "red &lt;script&gt;" in text
    assert "\x1b" not in text
    assert "100%\n" in text
    assert "10%\r" not in text
    assert "log-more" not in text  # nothing will follow


def test_a_failed_attempt_shows_its_errors_first(page: Client, ann: User, data_dir: Path) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.FAILED)
    result = make_result(job, return_code=1)
    write_log(result, b"printed\n")
    write_log(result, b"Traceback\n", "stderr")
    assert "Traceback" in page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "printed" in page.get(f"/w/{workflow.pk}/jobs/{job.pk}?log=stdout").text


def test_a_growing_log_sends_what_is_new_and_nothing_otherwise(
    page: Client, ann: User, data_dir: Path
) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.READY)
    result = make_open_result(job, started_at=timezone.now())
    path = write_log(result, b"one\ntw")
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    found = re.search(r'class="log-more" hx-get="([^"]+)"[^>]*>([^<]*)<', text)
    assert found
    more, partial = found[1].replace("&amp;", "&"), found[2]
    assert partial == "tw"
    assert page.get(more, headers=POLL).status_code == 204
    path.write_bytes(b"one\ntwo\nthree\n")
    news = page.get(more, headers=POLL).text
    assert ">two\nthree\n<" in news
    assert "one" not in news
    Result.objects.filter(pk=result.pk).update(ended_at=timezone.now())
    assert "hx-get" not in page.get(more, headers=POLL).text


def test_a_long_log_begins_at_its_end(page: Client, ann: User, data_dir: Path) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.COMPLETED)
    write_log(make_result(job), b"".join(b"line %07d\n" % n for n in range(100_000)))
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "line 0099999" in text
    assert "line 0000001\n" not in text
    assert "bytes are not shown" in text
    assert len(text) < 500_000


def test_without_the_file_the_kept_tail_is_shown(page: Client, ann: User, data_dir: Path) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.COMPLETED)
    result = make_result(job)
    LogTail.objects.create(result=result, stdout="kept\n")
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "kept" in text
    assert "does not see the node" in text


def test_a_download_is_the_raw_log_and_never_runs(page: Client, ann: User, data_dir: Path) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.COMPLETED)
    result = make_result(job)
    raw = b"\x1b[31m<script>\x00\n"
    write_log(result, raw)
    answer = page.get(f"/w/{workflow.pk}/jobs/{job.pk}/log/{result.pk}/stdout/raw")
    assert b"".join(answer) == raw
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_link_in_the_place_of_a_log_is_not_followed(
    page: Client, ann: User, data_dir: Path
) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.COMPLETED)
    result = make_result(job)
    path = write_log(result, b"")
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert "root:" not in page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert (
        b"root:"
        not in page.get(f"/w/{workflow.pk}/jobs/{job.pk}/log/{result.pk}/stdout/raw").content
    )


def test_a_log_of_another_job_or_stream_is_not_found(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    job, other = make_job(workflow), make_job(workflow)
    result = make_result(job)
    base = f"/w/{workflow.pk}/jobs"
    assert page.get(f"{base}/{other.pk}/log/{result.pk}/stdout").status_code == 404
    assert page.get(f"{base}/{job.pk}/log/{result.pk}/secret").status_code == 404
    assert page.get(f"{base}/99999").status_code == 404


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
