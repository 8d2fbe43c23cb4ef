"""Resets take back exactly what they say."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from jobs.models import Job
from jobs.statuses import JobStatus, KillReason
from tests import factories
from workflows.errors import Refused
from workflows.lifecycle import lifecycle
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

S = JobStatus


def ended_workflow() -> Workflow:
    """One job that completed, one that failed, what followed from both."""
    workflow = factories.make_started_workflow(ended_at=timezone.now())
    good = factories.make_job(workflow, "good", status=S.COMPLETED, n_attempts=1)
    bad = factories.make_job(workflow, "bad", status=S.FAILED, n_attempts=2, n_retries=1)
    factories.make_job(workflow, "after_good", status=S.COMPLETED, depends_on=[good])
    after = factories.make_job(
        workflow, "after_bad", status=S.CANCELED, depends_on=[bad, good], canceled_by=bad
    )
    factories.make_job(
        workflow,
        "cleanup",
        status=S.COMPLETED,
        depends_on=[after],
        cancel_on_blocking_job_failure=False,
    )
    factories.make_job(workflow, "off", status=S.DISABLED)
    return workflow


def words(workflow: Workflow) -> dict[str, str]:
    rows = Job.objects.filter(workflow=workflow.pk).values_list("name", "status")
    return {name: S(status).word for name, status in rows}


def test_failed_only_takes_back_the_failed_and_everything_behind_them() -> None:
    workflow = ended_workflow()
    assert lifecycle.reset_jobs(workflow.pk, failed_only=True) == 3
    assert words(workflow) == {
        "good": "completed",
        "bad": "uninitialized",
        "after_good": "completed",
        "after_bad": "uninitialized",
        "cleanup": "uninitialized",
        "off": "disabled",
    }
    bad = workflow.jobs.get(name="bad")
    assert (bad.n_attempts, bad.n_retries, bad.reason) == (2, 0, "")
    assert workflow.jobs.get(name="after_bad").canceled_by is None


def test_then_an_initialize_and_a_start_run_only_those_again() -> None:
    workflow = ended_workflow()
    lifecycle.reset_status(workflow.pk)
    lifecycle.reset_jobs(workflow.pk, failed_only=True)
    done = lifecycle.initialize(workflow.pk, only_uninitialized=True)
    assert (done.n_ready, done.n_blocked, done.run_id) == (1, 2, 1)
    factories.make_node(num_cpus=8)
    assert [attempt.plan.job_id for attempt in lifecycle.start(workflow.pk)] == [
        workflow.jobs.get(name="bad").pk
    ]
    assert workflow.jobs.get(name="bad").n_attempts == 3


def test_a_full_reset_takes_back_all_but_the_disabled() -> None:
    workflow = ended_workflow()
    assert lifecycle.reset_jobs(workflow.pk, failed_only=False) == 5
    assert sorted(words(workflow).values()) == ["disabled"] + ["uninitialized"] * 5


def test_running_jobs_are_in_the_way_of_a_full_reset() -> None:
    workflow = ended_workflow()
    job = workflow.jobs.get(name="good")
    attempt = factories.make_open_result(job, started_at=timezone.now())
    with pytest.raises(Refused) as refusal:
        lifecycle.reset_jobs(workflow.pk, failed_only=False)
    assert refusal.value.code == "jobs_active"
    assert lifecycle.reset_jobs(workflow.pk, failed_only=True) == 3
    lifecycle.reset_jobs(workflow.pk, failed_only=False, force=True)
    attempt.refresh_from_db()
    assert attempt.kill_reason == KillReason.CANCELED
    assert words(workflow)["good"] == "uninitialized"


def test_a_reset_job_is_not_placed_while_its_old_attempt_lives() -> None:
    workflow = factories.make_started_workflow()
    job = factories.make_job(workflow, status=S.READY)
    node = factories.make_node(num_cpus=8)
    attempt = factories.make_open_result(job, node=node, started_at=timezone.now())
    lifecycle.initialize(workflow.pk, force=True)
    assert lifecycle.start(workflow.pk) == []
    attempt.ended_at = timezone.now()
    attempt.save(update_fields=["ended_at"])
    assert [attempt.plan.job_id for attempt in lifecycle.start(workflow.pk)] == [job.pk]


def test_reset_status_clears_cancel_and_start_and_keeps_the_jobs() -> None:
    workflow = ended_workflow()
    before = words(workflow)
    lifecycle.cancel(workflow.pk, by="ada", may_be_complete=True)
    lifecycle.reset_status(workflow.pk)
    workflow.refresh_from_db()
    assert (workflow.is_canceled, workflow.is_started, workflow.ended_at) == (False, False, None)
    assert words(workflow) == before
    assert workflow.run_id == 1


def test_a_forced_reset_status_cancels_what_runs() -> None:
    workflow = factories.make_started_workflow()
    running = factories.make_job(workflow, "running", status=S.READY)
    placed = factories.make_job(workflow, "placed", status=S.READY)
    factories.make_job(workflow, "behind", status=S.BLOCKED, depends_on=[placed])
    attempt = factories.make_open_result(running, started_at=timezone.now())
    factories.make_open_result(placed)
    with pytest.raises(Refused, match="2 jobs are pending or running"):
        lifecycle.reset_status(workflow.pk)
    lifecycle.reset_status(workflow.pk, force=True)
    attempt.refresh_from_db()
    assert attempt.kill_reason == KillReason.CANCELED
    assert words(workflow) == {"running": "running", "placed": "canceled", "behind": "canceled"}


@pytest.mark.parametrize(
    "action",
    [lifecycle.reset_status, lambda pk: lifecycle.reset_jobs(pk, failed_only=False)],
)
def test_an_archived_workflow_is_refused(action: Callable[[int], object]) -> None:
    workflow = factories.make_workflow(is_archived=True)
    with pytest.raises(Refused, match="archived"):
        action(workflow.pk)
