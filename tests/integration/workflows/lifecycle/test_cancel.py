"""Canceling a workflow or a job: what it changes, and when it is refused."""

import pytest
from django.utils import timezone

from jobs.statuses import JobStatus, KillReason
from tests import factories
from tests.integration.workflows.diamond import diamond, refused, statuses
from tests.integration.workflows.plans import chains_plan
from workflows.creation import create
from workflows.lifecycle import lifecycle

pytestmark = pytest.mark.django_db

S = JobStatus


class TestCancel:
    def test_waiting_jobs_are_canceled_and_the_workflow_ends(self) -> None:
        workflow = diamond()
        lifecycle.start(workflow.pk)
        workflow.jobs.filter(name="a").update(status=S.COMPLETED.value)
        assert lifecycle.cancel(workflow.pk, by="ada") == 3
        assert statuses(workflow) == {
            "a": "completed",
            "b": "canceled",
            "c": "canceled",
            "d": "canceled",
        }
        workflow.refresh_from_db()
        assert workflow.is_canceled
        assert workflow.ended_at is not None
        assert workflow.jobs.get(name="b").reason == "Canceled by ada."

    def test_a_complete_workflow_is_refused_and_stays_complete(self) -> None:
        workflow = factories.make_started_workflow(ended_at=timezone.now())
        factories.make_job(workflow, status=S.COMPLETED)
        refusal = refused("workflow_complete", lambda: lifecycle.cancel(workflow.pk, by="ada"))
        assert "is complete, so there is nothing to cancel" in refusal.detail
        workflow.refresh_from_db()
        assert not workflow.is_canceled

    def test_a_second_cancel_says_nothing_else_than_the_first(self) -> None:
        workflow = diamond()
        lifecycle.start(workflow.pk)
        lifecycle.cancel(workflow.pk, by="ada")
        assert lifecycle.cancel(workflow.pk, by="ada") == 0

    def test_running_jobs_are_marked_and_the_workflow_goes_on_until_they_are_gone(self) -> None:
        workflow = factories.make_started_workflow()
        job = factories.make_job(workflow, status=S.READY)
        attempt = factories.make_open_result(job, started_at=timezone.now())
        assert lifecycle.cancel(workflow.pk, by="ada") == 1
        attempt.refresh_from_db()
        job.refresh_from_db()
        workflow.refresh_from_db()
        assert (attempt.kill_reason, attempt.ended_at) == (KillReason.CANCELED, None)
        assert (job.status, workflow.ended_at) == (S.RUNNING, None)

    def test_an_attempt_that_has_not_started_is_closed(self) -> None:
        workflow = factories.make_started_workflow()
        job = factories.make_job(workflow, status=S.READY)
        attempt = factories.make_open_result(job)
        assert lifecycle.cancel(workflow.pk, by="ada") == 1
        attempt.refresh_from_db()
        job.refresh_from_db()
        assert (attempt.status, job.status) == (S.CANCELED, S.CANCELED)
        assert attempt.ended_at is not None
        workflow.refresh_from_db()
        assert workflow.ended_at is not None


class TestCancelJob:
    def test_what_waits_for_it_follows_as_its_flag_says(self) -> None:
        workflow = diamond()
        workflow.jobs.filter(name="c").update(cancel_on_blocking_job_failure=False)
        lifecycle.start(workflow.pk)
        a = workflow.jobs.get(name="a")
        assert lifecycle.cancel_job(a.pk, by="ada").status == S.CANCELED
        expected = {"a": "canceled", "b": "canceled", "c": "ready", "d": "canceled"}
        assert statuses(workflow) == expected
        assert workflow.jobs.get(name="d").canceled_by == a

    def test_a_running_one_is_marked(self) -> None:
        job = factories.make_job(factories.make_started_workflow(), status=S.READY)
        attempt = factories.make_open_result(job, started_at=timezone.now())
        assert lifecycle.cancel_job(job.pk, by="ada").status == S.RUNNING
        attempt.refresh_from_db()
        assert attempt.kill_reason == KillReason.CANCELED

    def test_a_placed_one_is_taken_back(self) -> None:
        job = factories.make_job(factories.make_started_workflow(), status=S.READY)
        attempt = factories.make_open_result(job)
        assert lifecycle.cancel_job(job.pk, by="ada").status == S.CANCELED
        attempt.refresh_from_db()
        assert attempt.ended_at is not None

    @pytest.mark.parametrize("status", [S.COMPLETED, S.FAILED, S.CANCELED, S.DISABLED])
    def test_one_that_has_ended_is_refused(self, status: JobStatus) -> None:
        job = factories.make_job(status=status)
        refused("job_not_cancelable", lambda: lifecycle.cancel_job(job.pk, by="ada"))

    def test_an_unknown_one_is_missing(self) -> None:
        refusal = refused("job_not_found", lambda: lifecycle.cancel_job(4711, by="ada"))
        assert refusal.kind == "missing"

    def test_the_last_one_ends_the_workflow(self) -> None:
        workflow = create.create_workflow(chains_plan([2]), owner=factories.make_user())
        lifecycle.start(workflow.pk)
        first = workflow.jobs.order_by("pk")[0]
        lifecycle.cancel_job(first.pk, by="ada")
        workflow.refresh_from_db()
        assert workflow.ended_at is not None
