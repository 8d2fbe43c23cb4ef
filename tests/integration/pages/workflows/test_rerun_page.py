"""The page that counts what a rerun would do, and does it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, User
from jobs.models import Family, Job
from jobs.statuses import JobStatus
from tests.factories import (
    make_file,
    make_job,
    make_open_result,
    make_requirement,
    make_result,
    make_started_workflow,
    make_user,
    make_user_data,
    make_wait,
)
from workflows.models import Workflow

EVIL = "<img src=x onerror=alert(1)>"


def make_failed(owner: User, n_failed: int = 2, **fields: Any) -> tuple[Workflow, list[Job]]:
    """A workflow that ended with failures, and a job that was canceled because of them."""
    workflow = make_started_workflow(owner=owner, ended_at=timezone.now(), **fields)
    family = Family.objects.create(workflow=workflow, position=0, label="fit_{i}", n_jobs=n_failed)
    asks = make_requirement(workflow, "big", memory="8g", memory_bytes=8 << 30)
    failed = [
        make_job(workflow, status=JobStatus.FAILED, family=family, requirements=asks, n_attempts=1)
        for _ in range(n_failed)
    ]
    for job in failed:
        make_result(job, return_code=1, cause="MemoryError", exec_seconds=1800.0)
    make_wait(make_job(workflow, "last", status=JobStatus.CANCELED, canceled_by=failed[0]), failed)
    make_job(workflow, "good", status=JobStatus.COMPLETED)
    return workflow, failed


def hidden(text: str, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert match
    return match[1]


def go(page: Client, path: str, **more: str) -> str:
    """Open a preview, do what it says, and return the page that follows."""
    text = page.get(path).text
    answer: str = send(page, path, text, **more).text
    return answer


def send(page: Client, path: str, text: str, **more: str) -> Any:
    data = {"expected": hidden(text, "expected"), "key": hidden(text, "key")} | more
    return page.post(path, data, follow=True)


def status_of(job: Job) -> JobStatus:
    job.refresh_from_db()
    return JobStatus(job.status)


def test_a_preview_counts_and_changes_nothing(page: Client, ann: User) -> None:
    workflow, failed = make_failed(ann, 3)
    make_file(workflow, "table", outputs_of=failed[:1], st_mtime=1.0)
    make_user_data(workflow, "loss", data="3", outputs_of=failed[:1])
    text = page.get(f"/w/{workflow.pk}/rerun?memory=12g").text
    assert "Run 4 jobs again?" in text
    assert re.search(r'fit_\{i\}</td><td class="num">3</td><td class="num"></td>', text)
    assert "table" in text
    assert "loss" in text
    assert re.search(r"8g</span> → <strong[^>]*>12g", text)
    assert "1 h 30 m" in text
    assert f"torc jobs rerun {workflow.pk} --memory 12g" in text
    assert {status_of(job) for job in failed} == {JobStatus.FAILED}
    assert not AuditEntry.objects.exists()


def test_a_rerun_does_what_was_shown_and_leaves_a_receipt(page: Client, ann: User) -> None:
    workflow, failed = make_failed(ann)
    path = f"/w/{workflow.pk}/rerun?cause=MemoryError&memory=12g"
    text = go(page, path, starts="on")
    assert "2 jobs reset, 1 job after them too, now with memory 12g." in text
    entry = AuditEntry.objects.get()
    assert f'href="/audit?entry={entry.pk}"' in text
    assert (entry.verb, entry.summary["n_downstream"]) == ("rerun_jobs", 1)
    assert {status_of(job) for job in failed} == {JobStatus.READY}
    failed[0].refresh_from_db()
    assert failed[0].requirements.memory == "12g"
    workflow.refresh_from_db()
    assert workflow.is_active


def test_a_rerun_need_not_start(page: Client, ann: User) -> None:
    workflow, _ = make_failed(ann)
    assert "Not started." in go(page, f"/w/{workflow.pk}/rerun")
    workflow.refresh_from_db()
    assert not workflow.is_active


def test_a_double_click_does_it_once(page: Client, ann: User) -> None:
    workflow, failed = make_failed(ann)
    path = f"/w/{workflow.pk}/rerun"
    text = page.get(path).text
    first, second = send(page, path, text), send(page, path, text)
    assert "2 jobs reset" in first.text
    assert "2 jobs reset" in second.text
    assert "notice-error" not in second.text
    assert AuditEntry.objects.count() == 1
    Job.objects.filter(pk=failed[0].pk).update(status=JobStatus.FAILED.value)
    assert "2 jobs reset" in send(page, path, text).text
    assert status_of(failed[0]) == JobStatus.FAILED


def test_what_has_changed_since_the_preview_is_refused_and_shown_anew(
    page: Client, ann: User
) -> None:
    workflow, failed = make_failed(ann)
    path = f"/w/{workflow.pk}/rerun"
    text = page.get(path).text
    Job.objects.filter(pk=failed[0].pk).update(status=JobStatus.COMPLETED.value)
    answer = send(page, path, text)
    assert "has changed since the preview" in answer.text
    assert "Run 2 jobs again?" in answer.text
    assert not AuditEntry.objects.exists()


def test_what_runs_is_canceled_only_if_that_is_said(page: Client, ann: User) -> None:
    workflow, failed = make_failed(ann)
    Workflow.objects.filter(pk=workflow.pk).update(ended_at=None)
    make_open_result(failed[0], started_at=timezone.now())
    path = f"/w/{workflow.pk}/rerun?status=any"
    text = page.get(path).text
    assert "1 of them runs now" in text
    assert "It has to be canceled first." in text
    assert "notice-error" in send(page, path, text).text
    answer = send(page, path, page.get(path).text, force="on")
    assert "1 running job canceled first" in answer.text


def test_jobs_are_chosen_by_id_and_left_alone_around(page: Client, ann: User) -> None:
    workflow, failed = make_failed(ann)
    ids = f"job={failed[0].pk}&around=only"
    assert "Run 1 job again?" in page.get(f"/w/{workflow.pk}/rerun?{ids}").text
    both = f"job={failed[0].pk},{failed[1].pk}"
    assert "Run 3 jobs again?" in page.get(f"/w/{workflow.pk}/rerun?{both}").text


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("upstream=true", '<option value="upstream" selected'),
        ("downstream=false", '<option value="only" selected'),
        ("around=only", '<option value="only" selected'),
    ],
)
def test_an_address_may_speak_like_the_api(
    page: Client, ann: User, query: str, chosen: str
) -> None:
    workflow, _ = make_failed(ann)
    assert chosen in page.get(f"/w/{workflow.pk}/rerun?{query}").text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("memory=lots", 422),
        ("num_cpus=x", 422),
        ("num_cpus=0", 422),
        ("job=x", 422),
        ("status=evil", 422),
        ("job=999999", 404),
        ("family=none", 404),
        ("cause=nothing", 200),
    ],
)
def test_nonsense_is_explained_beside_the_form(
    page: Client, ann: User, query: str, status: int
) -> None:
    workflow, _ = make_failed(ann)
    answer = page.get(f"/w/{workflow.pk}/rerun?{query}")
    assert answer.status_code == status
    assert "Update the preview" in answer.text
    assert page.post(f"/w/{workflow.pk}/rerun?{query}").status_code != 500


def test_all_of_it_runs_again_as_a_new_run_once(page: Client, ann: User) -> None:
    workflow, failed = make_failed(ann)
    data = {"run_id": hidden(page.get(f"/w/{workflow.pk}/rerun").text, "run_id"), "starts": "on"}
    for _ in range(2):
        answer = page.post(f"/w/{workflow.pk}/rerun/everything", data, follow=True)
        assert answer.status_code == 200
    workflow.refresh_from_db()
    assert (workflow.run_id, workflow.is_active) == (2, True)
    assert status_of(failed[0]) == JobStatus.READY


def test_a_canceled_workflow_can_be_run_again(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann, is_canceled=True, ended_at=timezone.now())
    job = make_job(workflow, status=JobStatus.CANCELED)
    assert "Rerun 1 canceled" in page.get(f"/w/{workflow.pk}").text
    go(page, f"/w/{workflow.pk}/rerun?status=canceled", starts="on")
    workflow.refresh_from_db()
    assert (workflow.is_active, workflow.is_canceled) == (True, False)
    assert status_of(job) == JobStatus.READY


def test_only_ones_own_workflow_runs_again(page: Client) -> None:
    workflow, failed = make_failed(make_user("bob"))
    for path in ("rerun", "rerun/everything"):
        assert page.post(f"/w/{workflow.pk}/{path}", {"run_id": 1}).status_code == 404
    assert page.get(f"/w/{workflow.pk}/rerun").status_code == 404
    assert status_of(failed[0]) == JobStatus.FAILED


def test_names_stay_text(page: Client, ann: User) -> None:
    workflow, failed = make_failed(ann, name=EVIL)
    Family.objects.filter(workflow=workflow).update(label=EVIL)
    Job.objects.filter(pk=failed[0].pk).update(name=EVIL)
    make_open_result(failed[0], started_at=timezone.now())
    for query in ("status=any", f"cause={EVIL}&name={EVIL}&memory={EVIL}", f"family={EVIL}"):
        text = page.get(f"/w/{workflow.pk}/rerun?{query}").text
        assert "<img" not in text
        assert "&lt;img" in text


def test_it_costs_the_same_for_any_number_of_jobs(page: Client, ann: User) -> None:
    costs = []
    for n_failed in (2, 40):
        workflow, _ = make_failed(ann, n_failed)
        with CaptureQueriesContext(connection) as queries:
            assert page.get(f"/w/{workflow.pk}/rerun?memory=9g").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 12, costs
