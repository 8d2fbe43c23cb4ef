"""Recounting gives what the statuses say, whatever the counts were before."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.dependencies import recount
from jobs.models import Job, JobWait, PredecessorMember, PredecessorSet
from jobs.statuses import JobStatus
from tests import factories
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)
BLOCKED, READY, CANCELED = JobStatus.BLOCKED, JobStatus.READY, JobStatus.CANCELED
COMPLETED, FAILED = JobStatus.COMPLETED, JobStatus.FAILED


@pytest.fixture
def workflow() -> Workflow:
    return factories.make_started_workflow()


def spoil_counts(workflow: Workflow) -> None:
    PredecessorSet.objects.filter(workflow=workflow).update(n_remaining=77, first_bad=None)
    Job.objects.filter(workflow=workflow).update(n_waiting=77)


def status_of(job: Job) -> JobStatus:
    job.refresh_from_db()
    return JobStatus(job.status)


@pytest.mark.parametrize(
    ("predecessors", "flag", "expected"),
    [
        ([COMPLETED, COMPLETED], True, READY),
        ([COMPLETED, JobStatus.RUNNING], True, BLOCKED),
        ([COMPLETED, JobStatus.UNINITIALIZED], True, BLOCKED),
        ([COMPLETED, JobStatus.DISABLED], True, BLOCKED),
        ([COMPLETED, JobStatus.PENDING_FAILED], True, BLOCKED),
        ([COMPLETED, FAILED], True, CANCELED),
        ([READY, JobStatus.TERMINATED], True, CANCELED),
        ([COMPLETED, FAILED], False, READY),
        ([READY, CANCELED], False, BLOCKED),
    ],
)
@pytest.mark.parametrize("before", [BLOCKED, READY])
def test_a_job_follows_its_predecessors(
    workflow: Workflow,
    predecessors: list[JobStatus],
    flag: bool,
    expected: JobStatus,
    before: JobStatus,
) -> None:
    members = [factories.make_job(workflow, status=status) for status in predecessors]
    job = factories.make_job(
        workflow, status=before, depends_on=members, cancel_on_blocking_job_failure=flag
    )
    spoil_counts(workflow)
    recount.recompute(workflow.pk, NOW)
    assert status_of(job) is expected
    unfinished = [status for status in predecessors if status in (READY, JobStatus.RUNNING)]
    if expected is READY:
        assert job.n_waiting == 0
    elif unfinished:
        assert job.n_waiting == 1


@pytest.mark.parametrize(
    "status",
    [
        JobStatus.UNINITIALIZED,
        JobStatus.PENDING,
        JobStatus.RUNNING,
        COMPLETED,
        FAILED,
        CANCELED,
        JobStatus.DISABLED,
        JobStatus.PENDING_FAILED,
    ],
)
def test_jobs_that_are_neither_blocked_nor_ready_keep_their_status(
    workflow: Workflow, status: JobStatus
) -> None:
    bad = factories.make_job(workflow, status=FAILED)
    job = factories.make_job(workflow, status=status, depends_on=[bad])
    recount.recompute(workflow.pk, NOW)
    assert status_of(job) is status


def test_a_failure_cancels_a_long_chain_and_everyone_names_the_first_cause(
    workflow: Workflow,
) -> None:
    first = factories.make_job(workflow, "first", status=FAILED)
    chain = [first]
    for _ in range(40):
        chain.append(factories.make_job(workflow, status=BLOCKED, depends_on=[chain[-1]]))
    tail = factories.make_job(
        workflow, status=BLOCKED, depends_on=chain[-1:], cancel_on_blocking_job_failure=False
    )
    spoil_counts(workflow)
    counts = recount.recompute(workflow.pk, NOW)
    assert (counts.n_ready, counts.n_blocked, counts.n_canceled) == (1, 0, 40)
    assert {(status_of(job), job.canceled_by) for job in chain[1:]} == {(CANCELED, first)}
    assert status_of(tail) is READY
    assert tail.ready_at == NOW
    assert set(PredecessorSet.objects.values_list("n_remaining", "first_bad")) == {(0, first.pk)}


def test_a_set_without_members_holds_nobody_back(workflow: Workflow) -> None:
    gone = factories.make_job(workflow, status=READY)
    job = factories.make_job(workflow, status=BLOCKED, depends_on=[gone])
    gone.delete()
    recount.recompute(workflow.pk, NOW)
    assert status_of(job) is READY


def test_a_job_counts_its_open_sets_not_its_predecessors(workflow: Workflow) -> None:
    ready = [factories.make_job(workflow, status=READY) for _ in range(3)]
    done = factories.make_job(workflow, status=COMPLETED)
    job = factories.make_job(workflow, status=BLOCKED, depends_on=ready)
    factories.make_wait(job, ready[:1])
    factories.make_wait(job, [done])
    spoil_counts(workflow)
    recount.recompute(workflow.pk, NOW)
    job.refresh_from_db()
    assert job.n_waiting == 2


def test_other_workflows_are_left_alone(workflow: Workflow) -> None:
    other = factories.make_job(status=READY)
    job = factories.make_job(other.workflow, status=BLOCKED, depends_on=[other])
    spoil_counts(other.workflow)
    recount.recompute(workflow.pk, NOW)
    job.refresh_from_db()
    assert (job.n_waiting, job.waits.get().set.n_remaining) == (77, 77)


def test_downstream_reaches_everything_that_waits_however_far(workflow: Workflow) -> None:
    a, b = (factories.make_job(workflow, name, status=FAILED) for name in "ab")
    c = factories.make_job(workflow, "c", status=COMPLETED, depends_on=[a])
    d = factories.make_job(workflow, "d", status=BLOCKED, depends_on=[b, c])
    factories.make_job(workflow, "e", status=COMPLETED)
    f = factories.make_job(workflow, "f", status=READY, depends_on=[d])
    assert sorted(recount.downstream_of(workflow.pk, [FAILED])) == [c.pk, d.pk, f.pk]


def test_the_statements_do_not_grow_with_the_jobs(workflow: Workflow) -> None:
    def statements(n_jobs: int) -> int:
        stage = [factories.make_job(workflow, status=READY) for _ in range(n_jobs)]
        source = PredecessorSet.objects.create(workflow=workflow, n_remaining=0)
        PredecessorMember.objects.bulk_create(
            PredecessorMember(set=source, job=job) for job in stage
        )
        JobWait.objects.bulk_create(
            JobWait(set=source, job=factories.make_job(workflow, status=BLOCKED))
            for _ in range(n_jobs)
        )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            recount.recompute(workflow.pk, NOW)
        return len(queries)

    assert statements(2) == statements(20)
