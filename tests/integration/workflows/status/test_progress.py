"""The figures that `torc run` and pages poll: how far, and why it goes no further."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from jobs.explain.why_not_running import NO_WORKER, NOT_STARTED
from jobs.models import Job
from jobs.statuses import JobStatus
from tests import factories
from workflows.models import Workflow
from workflows.status.progress import progress

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)
S = JobStatus


@pytest.fixture
def workflow() -> Workflow:
    return factories.make_started_workflow(revision=7)


def test_counts_name_only_the_statuses_there_are(workflow: Workflow) -> None:
    for status in (S.READY, S.READY, S.COMPLETED):
        factories.make_job(workflow, status=status)
    factories.make_node(now=NOW)
    seen = progress(workflow, NOW)
    assert seen.counts == {"ready": 2, "completed": 1}
    assert (seen.n_jobs, seen.revision, seen.run_id, seen.workers_online) == (3, 7, 1, 1)
    assert (seen.is_started, seen.is_complete, seen.is_canceled) == (True, False, False)
    assert seen.waiting_reason is None


@pytest.mark.parametrize(
    ("statuses", "complete"),
    [
        ([], True),
        ([S.COMPLETED, S.FAILED, S.CANCELED, S.TERMINATED], True),
        ([S.COMPLETED, S.RUNNING], False),
        ([S.COMPLETED, S.DISABLED], False),
        ([S.COMPLETED, S.PENDING_FAILED], False),
        ([S.UNINITIALIZED], False),
    ],
)
def test_complete_means_that_every_job_has_ended(
    workflow: Workflow, statuses: list[JobStatus], complete: bool
) -> None:
    for status in statuses:
        factories.make_job(workflow, status=status)
    assert progress(workflow, NOW).is_complete is complete


@pytest.mark.parametrize(
    ("statuses", "fields", "reason"),
    [
        ([S.UNINITIALIZED], {"is_started": False}, "not initialized"),
        ([S.READY, S.BLOCKED], {"is_started": False}, NOT_STARTED),
        ([S.COMPLETED], {"is_started": False}, None),
        ([S.READY], {}, NO_WORKER),
        (
            [S.RUNNING],
            {"is_canceled": True, "is_started": False},
            "canceled: its running jobs are being ended",
        ),
    ],
)
def test_without_a_worker_or_a_start_the_reason_says_so(
    workflow: Workflow, statuses: list[JobStatus], fields: dict[str, bool], reason: str | None
) -> None:
    for name, value in fields.items():
        setattr(workflow, name, value)
    for status in statuses:
        factories.make_job(workflow, status=status)
    assert progress(workflow, NOW).waiting_reason == reason


def test_a_silent_worker_is_not_online(workflow: Workflow) -> None:
    factories.make_node(now=NOW - timedelta(seconds=31))
    factories.make_node(now=NOW, is_active=False)
    factories.make_node(now=NOW, workflow=workflow)
    assert progress(workflow, NOW).workers_online == 0


def test_unplaceable_jobs_are_listed_with_what_the_largest_node_lacks(
    workflow: Workflow, settings: Settings
) -> None:
    settings.TORC_OVERSIZED_JOBS = "hold"
    factories.make_node("small", now=NOW, num_cpus=2)
    factories.make_node("large", now=NOW, num_cpus=8)
    huge = factories.make_requirement(workflow, num_cpus=10_000)
    job = factories.make_job(workflow, "vast", status=S.READY, requirements=huge)
    factories.make_job(workflow, status=S.BLOCKED, depends_on=[job])
    seen = progress(workflow, NOW)
    assert [(row.job_id, row.name) for row in seen.unplaceable] == [(job.pk, "vast")]
    why = "needs 10,000 CPUs, the node has 8 (large, the largest)"
    assert seen.unplaceable[0].why == why
    expected = "1 job is held, because no node can take it; 1 more waits for that"
    assert seen.waiting_reason == expected
    factories.make_job(workflow, status=S.READY)
    assert progress(workflow, NOW).waiting_reason is None


def test_an_oversized_job_that_runs_alone_is_told_of_and_not_unplaceable(
    workflow: Workflow, settings: Settings
) -> None:
    settings.TORC_OVERSIZED_JOBS = ""
    factories.make_node(now=NOW)
    huge = factories.make_requirement(workflow, num_cpus=10_000)
    job = factories.make_job(workflow, status=S.READY, requirements=huge)
    seen = progress(workflow, NOW)
    assert seen.unplaceable == []
    assert [row.job_id for row in seen.warnings] == [job.pk]
    assert seen.warnings[0].why.endswith("runs alone on the whole machine")


def test_a_disabled_job_that_holds_back_others_is_the_reason(workflow: Workflow) -> None:
    factories.make_node(now=NOW)
    off = factories.make_job(workflow, status=S.DISABLED)
    for _ in range(2):
        factories.make_job(workflow, status=S.BLOCKED, depends_on=[off])
    assert progress(workflow, NOW).waiting_reason == "1 job is disabled; 2 more wait for that"


def test_the_queries_do_not_grow_with_the_jobs(workflow: Workflow) -> None:
    factories.make_node(now=NOW, num_cpus=1)
    huge = factories.make_requirement(workflow, num_gpus=64)

    def n_queries(n_jobs: int) -> int:
        for _ in range(n_jobs):
            factories.make_job(workflow, status=S.READY, requirements=huge)
        with CaptureQueriesContext(connection) as queries:
            progress(workflow, NOW)
        return len(queries)

    assert n_queries(2) == n_queries(30) <= 7
    assert Job.objects.count() == 32
