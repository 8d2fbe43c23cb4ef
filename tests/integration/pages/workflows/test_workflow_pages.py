import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from jobs.models import Job
from jobs.statuses import JobStatus
from tests.factories import (
    make_job,
    make_node,
    make_result,
    make_started_workflow,
    make_user,
    make_workflow,
)
from workflows.models import Workflow

POLL = {"HX-Request": "true"}
EVIL = "<img src=x onerror=alert(1)>"


def rows_of(text: str) -> list[str]:
    return re.findall(r'<tr id="(?:job|workflow)-(\d+)"', text)


def test_an_empty_list_says_what_to_do(page: Client) -> None:
    text = page.get("/").text
    assert "No workflows yet" in text
    assert "torc workflows create" in text


def test_those_that_need_attention_stand_first(page: Client, ann: User) -> None:
    done = make_started_workflow("done", owner=ann, ended_at=timezone.now())
    make_job(done, status=JobStatus.COMPLETED)
    active = make_started_workflow("active", owner=ann)
    make_job(active, status=JobStatus.READY)
    bad = make_started_workflow(
        "bad", owner=ann, started_at=timezone.now() - timedelta(days=1), ended_at=timezone.now()
    )
    make_failed(bad, "fit_3", reason="MemoryError: no room")
    text = page.get("/").text
    assert rows_of(text) == [str(workflow.pk) for workflow in (bad, active, done)]
    assert "MemoryError: no room" in text
    assert "ended, 1 failed" in text


def test_the_failure_that_is_told_is_the_one_that_ended_last(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    now = timezone.now()
    make_failed(workflow, "fit_late", reason="late", ended_at=now)
    make_failed(workflow, "fit_early", reason="early", ended_at=now - timedelta(hours=1))
    text = page.get("/").text
    assert "fit_late" in text
    assert "fit_early" not in text


def make_failed(workflow: Workflow, name: str, *, reason: str, **fields: Any) -> None:
    """A job that has failed at its first try."""
    job = make_job(workflow, name, status=JobStatus.FAILED, reason=reason, n_attempts=1)
    make_result(job, return_code=1, cause=reason, **fields)


def test_only_ones_own_workflows_are_listed_and_shown(page: Client, ann: User) -> None:
    other = make_workflow("secret", owner=make_user("bob"))
    job = make_job(other)
    assert "secret" not in page.get("/").text
    for path in ("", "/results", "/data", "/files", "/events", "/spec", f"/jobs/{job.pk}"):
        assert page.get(f"/w/{other.pk}{path}").status_code == 404
    for path in ("/start", "/initialize", "/cancel", "/rerun", "/delete"):
        assert page.post(f"/w/{other.pk}{path}").status_code == 404
    other.refresh_from_db()
    assert other.run_id == 0


def test_the_list_is_filtered_on_the_server(page: Client, ann: User) -> None:
    for name in ("alpha", "beta"):
        make_workflow(name, owner=ann)
    text = page.get("/?q=alp").text
    assert "alpha" in text
    assert "beta" not in text
    assert "0 of 2 workflows match" in page.get("/?q=zzz").text


def test_totals_come_from_all_jobs_and_the_table_in_pages(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    first = make_job(workflow, "job_0000", status=JobStatus.FAILED)
    Job.objects.bulk_create(
        Job(
            workflow=workflow,
            name=f"job_{n:04}",
            command="true",
            status=JobStatus.COMPLETED.value,
            requirements=first.requirements,
        )
        for n in range(1, 120)
    )
    text = page.get(f"/w/{workflow.pk}").text
    assert "120 jobs" in text
    assert "<strong>119</strong>" in text
    assert len(rows_of(text)) == 50
    assert "1\N{EN DASH}50" in text
    last = page.get(f"/w/{workflow.pk}?page=3").text
    assert len(rows_of(last)) == 20
    assert "101\N{EN DASH}120" in last
    assert len(rows_of(page.get(f"/w/{workflow.pk}?status=failed").text)) == 1
    assert len(rows_of(page.get(f"/w/{workflow.pk}?q=_0012").text)) == 1
    by_name = rows_of(page.get(f"/w/{workflow.pk}?sort=-name&status=completed").text)
    assert Job.objects.get(pk=by_name[0]).name == "job_0119"
    for nonsense in ("page=0", "page=x", "page=99999999999", "status=evil", "sort=evil"):
        assert page.get(f"/w/{workflow.pk}?{nonsense}").status_code == 200


def test_a_row_tells_return_code_time_try_and_why(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.FAILED, reason="exit 3", n_attempts=2)
    make_result(job, return_code=7)
    line = "KeyError: 'x'"
    make_result(job, return_code=3, exec_seconds=192.0, error_line=line, cause=line)
    text = page.get(f"/w/{workflow.pk}").text
    assert re.search(r'class="num">3</td>\s*<td class="num">03:12</td>', text)
    assert "exit 3: KeyError: &#x27;x&#x27;" in text
    assert "exit 3: KeyError: &#x27;x&#x27;" in page.get("/").text


def test_names_and_reasons_are_text(page: Client, ann: User) -> None:
    workflow = make_started_workflow(EVIL, owner=ann, description=EVIL)
    job = make_job(workflow, EVIL, status=JobStatus.FAILED, n_attempts=1)
    Job.objects.filter(pk=job.pk).update(reason=EVIL, command=EVIL)
    make_result(job, return_code=1, reason=EVIL, cause=EVIL)
    tabs = ("", "/results", "/data", "/files", "/events", "/spec", f"/jobs/{job.pk}", "/cancel")
    for path in ("/", *(f"/w/{workflow.pk}{tab}" for tab in tabs)):
        answer = page.get(path)
        assert answer.status_code == 200
        assert "<img" not in answer.text
        assert "&lt;img" in answer.text


def test_a_poll_gets_the_fragment_alone_and_nothing_while_nothing_changes(
    page: Client, ann: User
) -> None:
    workflow = make_started_workflow(owner=ann)
    make_job(workflow, status=JobStatus.READY)
    whole = page.get(f"/w/{workflow.pk}?status=ready").text
    match = re.search(r'hx-get="([^"]+)" hx-trigger="every 2s"', whole)
    assert match
    poll = match[1].replace("&amp;", "&")
    assert "status=ready" in poll
    assert page.get(poll, headers=POLL).status_code == 204
    Workflow.objects.filter(pk=workflow.pk).touch()
    fragment = page.get(poll, headers=POLL)
    assert fragment.status_code == 200
    assert fragment.text.strip().startswith('<div id="live"')
    assert "<html" not in fragment.text
    # Links in it lead to pages, not to polls.
    assert not re.search(r'href="[^"]*rev=', fragment.text)


def test_a_worker_that_comes_is_news_too(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    make_job(workflow, status=JobStatus.READY)
    whole = page.get(f"/w/{workflow.pk}").text
    assert "no worker is online" in whole
    poll = re.search(r'hx-get="([^"]+)"', whole)
    assert poll
    make_node()
    assert page.get(poll[1], headers=POLL).status_code == 200


def test_polling_slows_down_while_idle_and_ends_with_the_workflow(page: Client, ann: User) -> None:
    idle = make_workflow(owner=ann)
    make_job(idle)
    assert 'hx-trigger="every 10s"' in page.get(f"/w/{idle.pk}").text
    ended = make_started_workflow(owner=ann, ended_at=timezone.now())
    make_job(ended, status=JobStatus.COMPLETED)
    assert 'hx-trigger="every' not in page.get(f"/w/{ended.pk}").text


def test_start_runs_the_jobs_and_says_so(page: Client, ann: User) -> None:
    workflow = make_workflow(owner=ann)
    job = make_job(workflow)
    make_node()
    answer = page.post(f"/w/{workflow.pk}/start", follow=True)
    assert "Started." in answer.text
    job.refresh_from_db()
    assert job.status == JobStatus.PENDING
    assert "Started." not in page.get(f"/w/{workflow.pk}").text


def test_initialize_makes_jobs_ready_and_starts_nothing(page: Client, ann: User) -> None:
    workflow = make_workflow(owner=ann)
    first = make_job(workflow)
    make_job(workflow, depends_on=[first])
    make_node()
    answer = page.post(f"/w/{workflow.pk}/initialize", follow=True)
    assert "1 job ready, 1 blocked" in answer.text
    first.refresh_from_db()
    assert first.status == JobStatus.READY


def test_what_is_refused_says_why_and_changes_nothing(page: Client, ann: User) -> None:
    workflow = make_workflow(owner=ann, is_archived=True)
    make_job(workflow)
    answer = page.post(f"/w/{workflow.pk}/start", follow=True)
    assert "is archived" in answer.text
    assert "notice-error" in answer.text


def test_a_cancel_asks_first(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.READY)
    assert "Cancel the workflow" in page.get(f"/w/{workflow.pk}/cancel").text
    job.refresh_from_db()
    assert job.status == JobStatus.READY
    page.post(f"/w/{workflow.pk}/cancel")
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELED


@pytest.mark.django_db(transaction=True)
def test_a_delete_asks_first(page: Client, ann: User) -> None:
    workflow = make_workflow(owner=ann)
    assert "cannot be undone" in page.get(f"/w/{workflow.pk}/delete").text
    assert Workflow.objects.filter(pk=workflow.pk).exists()
    page.post(f"/w/{workflow.pk}/delete")
    assert not Workflow.objects.filter(pk=workflow.pk).exists()
