"""Failures by cause, on their own pages and beside the jobs."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from jobs.models import Family, Job, LogTail, ResourceRequirements, Result
from jobs.sql import renew_statistics
from jobs.statuses import JobStatus
from pages.workflows.failures import last_lines
from tests.factories import make_node, make_requirement, make_started_workflow, make_user
from workflows.models import Workflow

EVIL = "<img src=x onerror=alert(1)>"
MEMORY = "MemoryError: Unable to allocate {n} GiB"
KEY = "KeyError: {n}"
GIB = 1 << 30


def make_failing(
    owner: User, n_jobs: int, *, cause: str = MEMORY, name: str = "sweep", **fields: Any
) -> Workflow:
    """A workflow of one family; every fourth job completed, the last failed of another cause."""
    workflow = make_started_workflow(name, owner=owner, ended_at=timezone.now())
    asks = make_requirement(workflow, "big", memory="8g", memory_bytes=8 * GIB)
    rates = [0.1, 0.2, 0.3, 0.4]
    family = Family.objects.create(
        workflow=workflow, position=0, label="fit_{lr}", n_jobs=n_jobs, parameters={"lr": rates}
    )
    jobs = Job.objects.bulk_create(_job(workflow, family, asks, n, n_jobs) for n in range(n_jobs))
    node = make_node("c14-n03")
    failed = [job for job in jobs if job.status == JobStatus.FAILED]
    results = Result.objects.bulk_create(
        _result(job, node.pk, KEY if job is failed[-1] else cause, **fields) for job in failed
    )
    tails = (
        LogTail(result=result, stderr="up\n" + "mid\n" * 20 + "the end\n")
        for result in results[:100]
    )
    LogTail.objects.bulk_create(tails)
    renew_statistics()  # as the creation of a large workflow does
    return workflow


def _job(
    workflow: Workflow, family: Family, asks: ResourceRequirements, n: int, n_jobs: int
) -> Job:
    status = JobStatus.FAILED if n % 4 or n == n_jobs - 1 else JobStatus.COMPLETED
    return Job(
        workflow=workflow,
        family=family,
        name=f"fit_{n}",
        command="true",
        status=status.value,
        requirements=asks,
        n_attempts=1,
        parameters={"lr": 0.1},
    )


def _result(job: Job, node_id: int, cause: str, **fields: Any) -> Result:
    now = timezone.now()
    values: dict[str, Any] = {
        "status": JobStatus.FAILED.value,
        "return_code": 1,
        "cause": cause,
        "error_line": cause.replace("{n}", "7.9"),
        "peak_memory_bytes": 8 * GIB - job.pk % 7,
        "opened_at": now,
        "ended_at": now - timedelta(minutes=job.pk % 5),
    }
    return Result(
        workflow_id=job.workflow_id,
        job=job,
        run_id=1,
        attempt_id=1,
        compute_node_id=node_id,
        **(values | fields),
    )


def test_groups_tell_how_many_why_where_and_what_may_help(page: Client, ann: User) -> None:
    workflow = make_failing(ann, 40)
    text = page.get(f"/w/{workflow.pk}/failures").text
    assert "MemoryError: Unable to allocate {n} GiB" in text
    assert re.search(r"✕</span> 29</span> jobs", text)
    assert "all have lr=0.1" in text
    assert "c14-n03" in text
    assert "requested 8.0 GiB" in text
    assert "Raise memory 8g → 12g and rerun 29 jobs" in text
    query = urlencode({"cause": MEMORY}).replace("&", "&amp;")
    assert f'href="/w/{workflow.pk}?{query}">Show 29 jobs' in text
    assert text.count("<details") == 4  # three samples of 29 jobs, and one of one
    assert text.count(" open>") == 2
    assert "mid\nthe end</pre>" in text
    assert "up\n" not in text


def test_the_button_leads_to_a_preview_of_just_these_jobs(page: Client, ann: User) -> None:
    workflow = make_failing(ann, 40)
    text = page.get(f"/w/{workflow.pk}/failures").text
    link = re.search(r'class="button primary" href="([^"]+)">Raise', text)
    assert link
    preview = page.get(link[1].replace("&amp;", "&")).text
    assert "Run 29 jobs again?" in preview
    assert re.search(r"8g</span> → <strong[^>]*>12g", preview)


def test_one_cause_has_an_address_and_its_jobs_too(page: Client, ann: User) -> None:
    workflow = make_failing(ann, 8)
    query = urlencode({"cause": KEY})
    text = page.get(f"/w/{workflow.pk}/failures?{query}").text
    assert "MemoryError" not in text
    assert "Show all causes (2)" in text
    jobs = page.get(f"/w/{workflow.pk}?{query}").text
    assert re.findall(r'<tr id="job-\d+"', jobs) == [f'<tr id="job-{_last(workflow).pk}"']
    assert "Rerun 1 matching" in jobs
    assert (
        "No job fails for this cause any more"
        in page.get(f"/w/{workflow.pk}/failures?cause=x").text
    )
    assert "0 of 8 jobs match" in page.get(f"/w/{workflow.pk}?cause=x").text


def _last(workflow: Workflow) -> Job:
    return Job.objects.filter(workflow=workflow).latest("pk")


def test_the_causes_stand_beside_the_jobs(page: Client, ann: User) -> None:
    workflow = make_failing(ann, 40)
    text = page.get(f"/w/{workflow.pk}").text
    assert "Failures by cause · 30" in text
    assert "Raise memory 8g → 12g and rerun 29 jobs" in text
    done = make_started_workflow(owner=ann)
    assert "Failures by cause" not in page.get(f"/w/{done.pk}").text
    assert "0 failed jobs" in page.get(f"/w/{done.pk}/failures").text


def test_one_page_gathers_the_causes_of_all_workflows(page: Client, ann: User) -> None:
    assert "0 failed jobs" in page.get("/failures").text
    first, other = make_failing(ann, 4), make_failing(ann, 8)
    make_failing(make_user("bob"), 4, name="secret", cause="secret: {n}")
    Workflow.objects.filter(pk=make_failing(ann, 4, cause="old").pk).update(is_archived=True)
    text = page.get("/failures").text
    assert text.count('class="cause-text"') == 2
    assert " in 2 workflows failed" in text
    assert re.search(r"</span> jobs in 2 workflows", text)
    for workflow in (first, other):
        assert f'href="/w/{workflow.pk}/failures?cause=' in text
    assert "secret" not in text
    assert "No failure matches" in page.get("/failures?q=zzz").text
    assert "MemoryError" in page.get("/failures?q=memory&show=mine").text


def test_a_poll_without_news_gets_nothing(page: Client, ann: User) -> None:
    workflow = make_failing(ann, 4)
    Workflow.objects.filter(pk=workflow.pk).update(ended_at=None)
    make_started_workflow(owner=ann)
    for path in ("/failures", f"/w/{workflow.pk}/failures"):
        match = re.search(r'hx-get="([^"]+)"', page.get(path).text)
        if match:
            poll = match[1].replace("&amp;", "&")
            assert page.get(poll, headers={"HX-Request": "true"}).status_code == 204


def test_logs_and_causes_stay_text(page: Client, ann: User) -> None:
    workflow = make_failing(ann, 4, cause=EVIL, name=EVIL)
    LogTail.objects.update(stderr=f"\x1b[31m{EVIL}\x1b[0m")
    Family.objects.update(label=EVIL)
    for path in ("/failures", f"/w/{workflow.pk}/failures", f"/w/{workflow.pk}?cause={EVIL}"):
        text = page.get(path).text
        assert "<img" not in text
        assert "\x1b" not in text
        assert "&lt;img" in text


def test_pages_cost_the_same_for_50_and_20_000_jobs(page: Client, ann: User) -> None:
    paths = ("/failures", "/w/{}/failures", "/w/{}", "/w/{}?cause=x")
    few, many = (_costs(page, make_failing(ann, n_jobs), paths) for n_jobs in (50, 20_000))
    assert few == many
    assert max(few) <= 12


def _costs(page: Client, workflow: Workflow, paths: Iterable[str]) -> list[int]:
    page.get(f"/w/{workflow.pk}")  # draws the graph, once
    costs = []
    for path in paths:
        Workflow.objects.filter(pk=workflow.pk).touch()
        with CaptureQueriesContext(connection) as queries:
            answer = page.get(path.format(workflow.pk))
        assert answer.status_code == 200
        assert len(answer.content) < 120_000
        costs.append(len(queries))
    return costs


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("", ""),
        ("a\n", "a"),
        ("\n".join(str(n) for n in range(30)) + "\n\n", "\n".join(str(n) for n in range(20, 30))),
        ("10%\r100%\nok", "100%\nok"),
    ],
)
def test_the_end_of_a_log_is_ten_lines(text: str, end: str) -> None:
    assert last_lines(text) == end
