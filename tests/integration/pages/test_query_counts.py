"""No page may cost more queries for more rows."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from jobs.models import Family, Job
from jobs.statuses import JobStatus
from tests.factories import (
    make_event,
    make_file,
    make_job,
    make_node,
    make_open_result,
    make_result,
    make_started_workflow,
    make_user_data,
    make_wait,
)
from tests.integration.pages.sweeps import make_sweep
from workflows.graph.workflow_graph import draw_graph
from workflows.models import Workflow

MOST = 12
PATHS = (
    "",
    "?q=job",
    "?status=blocked",
    "?sort=-name",
    "/results",
    "/results?sort=job",
    "/events",
    "/data",
    "/files",
    "/spec",
)


def make_mixed(owner: User, n_each: int) -> tuple[Workflow, Job]:
    """A running workflow with jobs of every kind, so that every sentence has to be found."""
    workflow = make_started_workflow(owner=owner)
    node = make_node()
    family = Family.objects.create(workflow=workflow, position=0, label="f", n_jobs=n_each)
    failed = make_job(workflow, status=JobStatus.FAILED)
    make_result(failed, return_code=1)
    for n in range(n_each):
        running = make_job(workflow, status=JobStatus.READY, family=family)
        make_open_result(running, node=node, started_at=timezone.now())
        ready = make_job(workflow, status=JobStatus.READY)
        make_job(workflow, status=JobStatus.CANCELED, canceled_by=failed)
        blocked = make_job(workflow, status=JobStatus.BLOCKED, depends_on=[running, ready])
        make_wait(blocked, [ready])
        make_result(make_job(workflow, status=JobStatus.COMPLETED, n_attempts=1), node=node)
        make_user_data(workflow, inputs_of=[blocked], outputs_of=[running])
        make_file(workflow, inputs_of=[blocked], outputs_of=[running])
        make_event(workflow, "job_failed", n=n)
    draw_graph(workflow)  # the first look decides where the nodes stand, once
    return workflow, blocked


def cost(page: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = page.get(path)
    assert answer.status_code == 200
    assert len(queries) <= MOST, "\n".join(query["sql"] for query in queries.captured_queries)
    return len(queries)


@pytest.mark.parametrize("path", PATHS)
def test_a_workflow_page_costs_no_more_for_more_jobs(page: Client, ann: User, path: str) -> None:
    few, _ = make_mixed(ann, 9)  # more than are drawn one by one
    many, _ = make_mixed(ann, 20)
    assert cost(page, f"/w/{few.pk}{path}") >= cost(page, f"/w/{many.pk}{path}")


def test_a_job_page_costs_the_same_for_any_number_of_jobs(page: Client, ann: User) -> None:
    few, first = make_mixed(ann, 2)
    many, other = make_mixed(ann, 30)
    for job in (first, other):
        for _ in range(3):
            make_result(job)
    costs = [
        cost(page, f"/w/{workflow.pk}/jobs/{job.pk}")
        for workflow, job in ((few, first), (many, other))
    ]
    assert costs[0] == costs[1]


@pytest.mark.parametrize("n_jobs", [50, 20_000])
def test_a_job_that_waits_for_all_others_costs_no_more_for_many(
    page: Client, ann: User, n_jobs: int
) -> None:
    workflow = make_sweep(ann, n_jobs, is_over=False, has_data=False)
    last = make_job(workflow, "last", status=JobStatus.FAILED, reason="x", n_attempts=1)
    make_wait(last, workflow.jobs.exclude(pk=last.pk).only("status"))
    make_result(last, return_code=1)
    assert cost(page, last.get_absolute_url()) <= 11
    answer = page.get(last.get_absolute_url())
    assert f"{n_jobs:,}" in answer.text
    assert len(answer.content) < 60_000


def test_the_lists_cost_the_same_for_any_number_of_rows(page: Client, ann: User) -> None:
    make_mixed(ann, 1)
    few = [cost(page, path) for path in ("/", "/workers")]
    for _ in range(8):
        make_mixed(ann, 1)
    assert [cost(page, path) for path in ("/", "/workers")] == few


def test_a_poll_without_news_costs_little(page: Client, ann: User) -> None:
    workflow, _ = make_mixed(ann, 2)
    whole = page.get(f"/w/{workflow.pk}").text
    poll = re.search(r'hx-get="([^"]+)"', whole)
    assert poll
    with CaptureQueriesContext(connection) as queries:
        answer = page.get(poll[1], headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert len(queries) <= 5
