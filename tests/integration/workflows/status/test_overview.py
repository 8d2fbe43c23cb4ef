"""The list of workflows: its order, its filters, its sums and what each row says."""

from datetime import UTC, datetime

import pytest

from jobs.models import Job
from jobs.statuses import JobStatus
from tests import factories
from workflows.models import Workflow
from workflows.status.overview import attention_first, in_state, totals, workflow_rows
from workflows.status.workflow_status import WorkflowStatus

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)
S = JobStatus
BAD_ENDS = [S.FAILED, S.TERMINATED, S.PENDING_FAILED]


@pytest.mark.parametrize("status", BAD_ENDS)
def test_a_workflow_with_a_bad_end_needs_attention(status: JobStatus) -> None:
    bad = factories.make_workflow("bad")
    factories.make_job(bad, status=status)
    factories.make_job(factories.make_started_workflow("busy"), status=S.RUNNING)
    factories.make_job(factories.make_workflow("canceled"), status=S.CANCELED)
    workflows = Workflow.objects.all()
    assert attention_first(workflows).first() == bad
    assert list(in_state(workflows, "attention")) == [bad]
    assert totals(workflows, []).n_attention == 1


@pytest.mark.parametrize("status", BAD_ENDS)
def test_the_row_of_a_workflow_names_the_job_that_ended_badly(status: JobStatus) -> None:
    workflow = factories.make_workflow()
    job = factories.make_job(workflow, "fit", status=status, n_attempts=1)
    factories.make_result(job, return_code=1, cause="E", error_line="Killed", run_id=0)
    Job.objects.update(reason="exit code 1")
    (row,) = workflow_rows([workflow], n_online=0, now=NOW)
    assert row.failure is not None
    assert (row.failure.job.name, row.failure.reason) == ("fit", "exit code 1: Killed")
    assert row.status.word == status.word


def test_a_workflow_that_waits_for_a_worker_says_so() -> None:
    workflow = factories.make_started_workflow()
    factories.make_job(workflow, status=S.READY)
    (row,) = workflow_rows([workflow], n_online=0, now=NOW)
    assert row.status == WorkflowStatus("blocked", "waits, nothing moves")
    (row,) = workflow_rows([workflow], n_online=1, now=NOW)
    assert row.status == WorkflowStatus("running", "running")
