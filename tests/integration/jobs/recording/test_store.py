"""One transaction writes what started and ended, and nothing counts twice."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.models import Event, Job, LogTail, Result
from jobs.nodes.session import commit_kill_reason
from jobs.recording.store import StartedAttempt, Stored, store_batch
from jobs.scheduling.attempts import Outcome, load_open_attempts, lost
from jobs.statuses import JobStatus, KillReason
from tests import factories
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)


@pytest.fixture
def workflow() -> Workflow:
    return factories.make_started_workflow()


@pytest.fixture
def attempt(workflow: Workflow) -> Result:
    job = factories.make_job(workflow, "work")
    return factories.make_open_result(job, node=factories.make_node(), started_at=NOW)


def report(attempt: Result, code: int = 0, **fields: object) -> Outcome:
    (plan,) = load_open_attempts([attempt.pk])
    status = JobStatus.FAILED if code else JobStatus.COMPLETED
    values: dict[str, object] = {"status": status, "return_code": code, "reason": ""}
    return Outcome(plan, started_at=NOW, ended_at=LATER, **(values | fields))  # type: ignore[arg-type]


def write(*ended: Outcome) -> Stored:
    return store_batch([], ended, LATER)


def test_a_good_end_completes_job_and_workflow(workflow: Workflow, attempt: Result) -> None:
    write(report(attempt, stdout_tail="hello"))
    attempt.refresh_from_db()
    workflow.refresh_from_db()
    assert (attempt.status, attempt.return_code, attempt.exec_seconds) == (5, 0, 5.0)
    assert Job.objects.get().status == JobStatus.COMPLETED
    assert workflow.ended_at == LATER
    assert LogTail.objects.get(pk=attempt.pk).stdout == "hello"


def test_a_start_makes_job_and_attempt_running(workflow: Workflow) -> None:
    pending = factories.make_open_result(factories.make_job(workflow), node=factories.make_node())
    stored = store_batch([StartedAttempt(pending.pk, workflow.pk, NOW)], [], NOW)
    pending.refresh_from_db()
    assert (pending.status, pending.started_at) == (JobStatus.RUNNING, NOW)
    assert Job.objects.get().status == JobStatus.RUNNING
    assert stored.closed_ids == frozenset()


def test_a_start_of_a_closed_attempt_is_named_so_that_its_process_is_ended(
    workflow: Workflow, attempt: Result
) -> None:
    Result.objects.update(ended_at=NOW)
    stored = store_batch([StartedAttempt(attempt.pk, workflow.pk, NOW)], [], NOW)
    assert stored.closed_ids == {attempt.pk}


def test_the_same_end_twice_counts_once(workflow: Workflow, attempt: Result) -> None:
    waiting = factories.make_job(
        workflow, status=JobStatus.BLOCKED, depends_on=[attempt.job, factories.make_job(workflow)]
    )
    end = report(attempt)
    write(end)
    write(end)
    waiting.refresh_from_db()
    assert waiting.status == JobStatus.BLOCKED
    assert Result.objects.ended().count() == 1


def test_a_late_report_ends_its_attempt_and_nothing_else(attempt: Result) -> None:
    end = report(attempt)
    Job.objects.update(status=JobStatus.UNINITIALIZED.value)
    write(end)
    attempt.refresh_from_db()
    assert attempt.ended_at == LATER
    assert Job.objects.get().status == JobStatus.UNINITIALIZED


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (KillReason.CANCELED, JobStatus.CANCELED),
        (KillReason.RUNTIME, JobStatus.TERMINATED),
        (KillReason.MEMORY, JobStatus.TERMINATED),
    ],
)
def test_a_committed_kill_reason_overrules_the_exit_code(
    attempt: Result, reason: str, expected: JobStatus
) -> None:
    end = report(attempt)
    assert commit_kill_reason(attempt.pk, reason)
    write(end)
    attempt.refresh_from_db()
    assert attempt.status == expected
    assert Job.objects.get().status == expected


def test_a_failure_with_retries_left_makes_the_job_ready_and_keeps_the_result(
    workflow: Workflow,
) -> None:
    handler = factories.make_failure_handler(workflow, max_retries=2)
    job = factories.make_job(workflow, failure_handler=handler)
    node = factories.make_node()
    for _ in range(3):
        attempt = Result.objects.open().first() or factories.make_open_result(job, node=node)
        write(report(attempt, code=1))
    job.refresh_from_db()
    assert (job.status, job.n_retries, job.n_attempts) == (JobStatus.FAILED, 2, 3)
    assert list(Result.objects.ended().values_list("return_code", flat=True)) == [1, 1, 1]


def test_a_lost_attempt_is_tried_again_once(workflow: Workflow, attempt: Result) -> None:
    (plan,) = load_open_attempts([attempt.pk])
    stored = write(lost(plan, "its node vanished", LATER))
    assert len(stored.opened) == 1
    (plan,) = load_open_attempts([stored.opened[0].plan.result_id])
    write(lost(plan, "its node vanished", LATER))
    job = Job.objects.get()
    assert (job.status, job.reason) == (JobStatus.TERMINATED, "its node vanished")
    assert set(Result.objects.values_list("return_code", flat=True)) == {-128}


def test_pending_failed_waits_for_a_verdict_when_the_workflow_asks_for_it() -> None:
    workflow = factories.make_started_workflow(options={"use_pending_failed": True})
    job = factories.make_job(workflow)
    write(report(factories.make_open_result(job, node=factories.make_node()), code=1))
    job.refresh_from_db()
    workflow.refresh_from_db()
    assert job.status == JobStatus.PENDING_FAILED
    assert workflow.ended_at is None


def test_what_becomes_ready_is_opened_in_the_same_transaction(
    workflow: Workflow, attempt: Result
) -> None:
    after = factories.make_job(workflow, status=JobStatus.BLOCKED, depends_on=[attempt.job])
    stored = write(report(attempt))
    assert [attempt.plan.job_id for attempt in stored.opened] == [after.pk]


def test_a_failure_leaves_an_event_and_a_success_does_not(
    workflow: Workflow, attempt: Result
) -> None:
    other = factories.make_open_result(factories.make_job(workflow), node=attempt.compute_node)
    write(report(attempt), report(other, code=3, reason="return code 3"))
    (event,) = Event.objects.all()
    assert (event.data["type"], event.data["job_id"]) == ("job_failed", other.job_id)
