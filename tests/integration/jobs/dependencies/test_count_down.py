"""What follows from jobs that ended: countdown, cascade to a fixed point, newly ready jobs."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.dependencies.count_down import Cascade, settle
from jobs.models import Job, PredecessorSet
from jobs.statuses import JobStatus
from tests import factories
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)
BLOCKED, RUNNING = JobStatus.BLOCKED, JobStatus.RUNNING


@pytest.fixture
def workflow() -> Workflow:
    return factories.make_started_workflow()


def end(status: JobStatus, *jobs: Job) -> Cascade:
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(status=status.value)
    return settle({job.pk: status for job in jobs}, NOW)


def statuses(workflow: Workflow) -> dict[str, str]:
    return {job.name: job.status_word for job in workflow.jobs.all()}


def test_a_job_is_ready_when_its_last_predecessor_completes(workflow: Workflow) -> None:
    first = factories.make_job(workflow, "first", status=RUNNING)
    second = factories.make_job(workflow, "second", status=RUNNING)
    last = factories.make_job(workflow, "last", status=BLOCKED, depends_on=[first, second])
    assert end(JobStatus.COMPLETED, first).ready_ids == []
    assert end(JobStatus.COMPLETED, second).ready_ids == [last.pk]
    last.refresh_from_db()
    assert (last.status, last.n_waiting, last.ready_at) == (JobStatus.READY, 0, NOW)


def test_two_members_that_end_in_one_batch_count_twice(workflow: Workflow) -> None:
    pair = [factories.make_job(workflow, status=RUNNING) for _ in range(2)]
    last = factories.make_job(workflow, status=BLOCKED, depends_on=pair)
    assert end(JobStatus.COMPLETED, *pair).ready_ids == [last.pk]


def test_a_job_that_waits_on_two_sets_needs_both(workflow: Workflow) -> None:
    first, second = (factories.make_job(workflow, status=RUNNING) for _ in range(2))
    last = factories.make_job(workflow, status=BLOCKED, depends_on=[first])
    factories.make_wait(last, [second])
    assert end(JobStatus.COMPLETED, first).ready_ids == []
    assert end(JobStatus.COMPLETED, second).ready_ids == [last.pk]


@pytest.mark.parametrize("bad", [JobStatus.FAILED, JobStatus.CANCELED, JobStatus.TERMINATED])
def test_a_bad_end_cancels_at_once_and_to_the_end_of_the_chain(
    workflow: Workflow, bad: JobStatus
) -> None:
    root = factories.make_job(workflow, "root", status=RUNNING)
    other = factories.make_job(workflow, "other", status=RUNNING)
    left = factories.make_job(workflow, "left", status=BLOCKED, depends_on=[root, other])
    right = factories.make_job(workflow, "right", status=BLOCKED, depends_on=[root])
    factories.make_job(workflow, "last", status=BLOCKED, depends_on=[left, right])
    end(bad, root)
    after = statuses(workflow)
    assert {after["left"], after["right"], after["last"]} == {"canceled"}
    assert after["other"] == "running"
    blamed = set(
        workflow.jobs.filter(status=JobStatus.CANCELED).values_list("canceled_by", flat=True)
    )
    assert root.pk in blamed
    assert end(JobStatus.COMPLETED, other) == Cascade()


def test_a_long_chain_is_canceled_to_its_end(workflow: Workflow) -> None:
    chain = [factories.make_job(workflow, status=RUNNING)]
    for _ in range(104):
        chain.append(factories.make_job(workflow, status=BLOCKED, depends_on=[chain[-1]]))
    cascade = end(JobStatus.FAILED, chain[0])
    assert len(cascade.canceled_ids) == 104
    assert set(
        Job.objects.filter(pk__in=cascade.canceled_ids).values_list("canceled_by", flat=True)
    ) == {chain[0].pk}


def test_a_job_without_the_flag_runs_after_a_bad_end(workflow: Workflow) -> None:
    root = factories.make_job(workflow, "root", status=RUNNING)
    middle = factories.make_job(workflow, "middle", status=BLOCKED, depends_on=[root])
    after = factories.make_job(
        workflow, "after", status=BLOCKED, depends_on=[middle], cancel_on_blocking_job_failure=False
    )
    cascade = end(JobStatus.FAILED, root)
    assert (cascade.canceled_ids, cascade.ready_ids) == ([middle.pk], [after.pk])


def test_a_disabled_job_stays_disabled(workflow: Workflow) -> None:
    root = factories.make_job(workflow, status=RUNNING)
    factories.make_job(workflow, "off", status=JobStatus.DISABLED, depends_on=[root])
    assert end(JobStatus.COMPLETED, root) == Cascade()
    assert statuses(workflow)["off"] == "disabled"


@pytest.mark.parametrize("n_jobs", [3, 60])
def test_an_all_to_all_stage_costs_the_same_statements_at_any_size(
    workflow: Workflow, n_jobs: int
) -> None:
    stage = [factories.make_job(workflow, status=RUNNING) for _ in range(n_jobs)]
    waiting = [factories.make_job(workflow, status=BLOCKED, depends_on=stage)]
    shared = PredecessorSet.objects.get(workflow=workflow)
    for _ in range(n_jobs):
        job = factories.make_job(workflow, status=BLOCKED, n_waiting=1)
        job.waits.create(set=shared)
        waiting.append(job)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        cascade = end(JobStatus.COMPLETED, *stage)
    assert len(cascade.ready_ids) == n_jobs + 1
    assert len(queries) == 4
