"""Every job runs again in a new run."""

import pytest

from accounts.models import AuditEntry
from jobs.models import Result
from tests import factories
from tests.integration.workflows.rerun.sweep import ANN, Sweep
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.rerun.new_run import begin_new_run

pytestmark = pytest.mark.django_db


def test_all_jobs_run_again_in_a_new_run(sweep: Sweep) -> None:
    begun = begin_new_run(sweep.workflow, starts=False, caller=ANN)
    sweep.workflow.refresh_from_db()
    assert (begun.n_jobs, begun.opened, sweep.workflow.run_id) == (9, [], 2)
    assert set(sweep.statuses().values()) == {"ready", "blocked"}
    entry = AuditEntry.objects.get()
    assert (entry.pk, entry.verb, entry.username) == (begun.audit_id, "rerun_workflow", "ann")
    assert entry.summary == {"n_jobs": 9, "starts": False}


def test_a_missing_input_is_refused_and_nothing_is_reset(sweep: Sweep) -> None:
    factories.make_user_data(sweep.workflow, "config", inputs_of=[sweep.train[0]])
    with pytest.raises(Refused) as refused:
        begin_new_run(sweep.workflow, starts=True, caller=ANN)
    assert refused.value.code == "missing_user_data"
    assert sweep.statuses()["train_0"] == "failed"
    assert not AuditEntry.objects.exists()


def test_a_canceled_workflow_with_running_jobs_begins_anew(sweep: Sweep) -> None:
    Workflow.objects.update(is_canceled=True)
    factories.make_open_result(sweep.train[2], attempt_id=2, node=factories.make_node())
    begin_new_run(sweep.workflow, starts=True, caller=ANN)
    sweep.workflow.refresh_from_db()
    assert (sweep.workflow.is_canceled, sweep.workflow.is_active) == (False, True)
    assert Result.objects.filter(run_id=1, job=sweep.train[2]).count() == 2
