"""A rerun does what its preview says, writes it down, and does nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry
from jobs.models import Event, Job, Result
from tests import factories
from tests.integration.workflows.rerun.sweep import ANN, NOT_STARTED, S, Sweep
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.rerun import rerun as rerun_steps
from workflows.rerun.rerun import Receipt, rerun_once
from workflows.rerun.selection import Selection

pytestmark = pytest.mark.django_db


def test_what_is_done_is_what_the_preview_said(sweep: Sweep) -> None:
    preview = sweep.preview()
    assert sweep.rerun().preview == preview


def test_attempts_and_the_run_stay_and_the_budget_of_retries_is_new(sweep: Sweep) -> None:
    run_id = sweep.workflow.run_id
    sweep.rerun()
    sweep.workflow.refresh_from_db()
    job = Job.objects.get(name="train_0")
    assert sweep.workflow.run_id == run_id
    assert Result.objects.count() == 6
    assert (job.n_attempts, job.n_retries, job.n_lost, job.reason) == (1, 0, 0, "")


def test_a_started_rerun_is_placed_at_once_with_the_next_attempt_number(sweep: Sweep) -> None:
    factories.make_node()
    done = sweep.rerun(starts=True)
    assert done.is_active
    opened = {attempt.plan.job_id for attempt in done.receipt.opened}
    assert opened == {job.pk for job in sweep.train[:2]}
    assert set(Result.objects.open().values_list("attempt_id", flat=True)) == {2}


def test_without_a_start_nothing_runs_until_somebody_starts_it(sweep: Sweep) -> None:
    factories.make_node()
    done = sweep.rerun()
    sweep.workflow.refresh_from_db()
    assert not done.is_active
    assert not done.receipt.opened
    assert (sweep.workflow.is_started, sweep.workflow.ended_at) == (False, None)


def test_a_job_whose_predecessor_stays_failed_is_refused_with_the_way_out(sweep: Sweep) -> None:
    with pytest.raises(Refused) as refused:
        sweep.rerun(Selection(job_ids=(sweep.eval[0].pk,)), with_downstream=False)
    assert refused.value.code == "nothing_to_rerun"
    assert refused.value.detail == (
        "1 job would be canceled again at once: it waits for jobs that ended badly and do not "
        "run again."
    )
    assert "--upstream" in str(refused.value.hint)


def test_a_job_that_runs_is_a_conflict_or_is_canceled_first(sweep: Sweep) -> None:
    node = factories.make_node()
    factories.make_open_result(sweep.train[2], node=node, started_at=timezone.now(), attempt_id=2)
    selection = Selection(job_ids=(sweep.train[2].pk,))
    preview = sweep.preview(selection)
    assert (preview.n_running, preview.running) == (1, ["train_2"])
    with pytest.raises(Refused) as refused:
        sweep.rerun(selection)
    assert refused.value.code == "jobs_active"
    assert str(refused.value) == "1 job among those to run again runs now, such as 'train_2'."
    sweep.rerun(selection, force=True)
    assert Result.objects.open().get().kill_reason == "canceled"
    assert sweep.statuses()["train_2"] == "ready"


def test_a_missing_input_is_refused_unless_forced(sweep: Sweep) -> None:
    factories.make_user_data(sweep.workflow, "config", inputs_of=[sweep.train[0]])
    with pytest.raises(Refused) as refused:
        sweep.rerun()
    assert refused.value.code == "missing_user_data"
    assert sweep.statuses()["train_0"] == "failed"
    sweep.rerun(force=True)
    assert sweep.statuses()["train_0"] == "ready"


def test_a_rerun_that_would_do_something_else_than_its_preview_is_refused(sweep: Sweep) -> None:
    fingerprint = sweep.preview().fingerprint
    Job.objects.filter(name="train_2").update(status=S.FAILED)
    with pytest.raises(Refused) as refused:
        sweep.rerun(expected=fingerprint)
    assert refused.value.code == "preview_outdated"
    assert "ready" not in sweep.statuses().values()
    sweep.rerun(expected=sweep.preview().fingerprint)


def test_archived_and_changed_workflows_are_refused(sweep: Sweep) -> None:
    for field, code in (("is_archived", "workflow_archived"), ("is_graph_stale", "graph_stale")):
        Workflow.objects.update(**{field: True})
        with pytest.raises(Refused) as refused:
            sweep.rerun()
        assert refused.value.code == code
        Workflow.objects.update(**{field: False})
    assert not AuditEntry.objects.exists()


def test_a_canceled_workflow_goes_on_with_what_was_canceled(sweep: Sweep) -> None:
    Workflow.objects.update(is_canceled=True)
    Job.objects.filter(name="train_3").update(status=S.CANCELED)
    sweep.rerun(starts=True)
    sweep.workflow.refresh_from_db()
    assert (sweep.workflow.is_canceled, sweep.workflow.is_active) == (False, True)
    assert sweep.statuses()["train_3"] == "ready"


def test_the_event_and_the_audit_say_who_and_what(sweep: Sweep) -> None:
    done = sweep.rerun(Selection(cause="cause 1"))
    data = Event.objects.get().data
    assert (data["type"], data["by"], data["selection"]) == (
        "jobs_rerun",
        "ann",
        {"cause": "cause 1"},
    )
    entry = AuditEntry.objects.get()
    assert (entry.pk, entry.verb, entry.username) == (done.receipt.audit_id, "rerun_jobs", "ann")
    assert (entry.surface, entry.address, entry.request_id) == ("api", "::1", "r1")
    assert (entry.summary["n_selected"], entry.summary["selection"]) == (1, {"cause": "cause 1"})


def once(sweep: Sweep, key: str) -> Receipt:
    expected = sweep.preview().fingerprint
    return rerun_once(
        sweep.workflow, Selection(), NOT_STARTED, caller=ANN, expected=expected, key=key
    )


def test_a_second_request_with_the_same_key_does_nothing(sweep: Sweep) -> None:
    first = once(sweep, "k")
    Job.objects.filter(name__in=("train_0", "train_1")).update(status=S.FAILED)
    second = once(sweep, "k")
    assert (second.summary, second.audit_id, second.opened) == (first.summary, first.audit_id, [])
    assert sweep.statuses()["train_0"] == "failed"
    assert once(sweep, "other").audit_id != first.audit_id
    assert sweep.statuses()["train_0"] == "ready"


def test_a_second_request_is_answered_though_an_input_is_missing_by_now(sweep: Sweep) -> None:
    first = once(sweep, "k")
    factories.make_user_data(sweep.workflow, "config", inputs_of=[sweep.train[0]])
    assert once(sweep, "k").audit_id == first.audit_id


def test_of_two_requests_at_the_same_time_one_does_it(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipts: list[Receipt] = []

    def other_request_first(*_: object) -> None:
        monkeypatch.undo()
        receipts.append(once(sweep, "k"))

    monkeypatch.setattr(rerun_steps, "_check_inputs", other_request_first)
    receipts.append(once(sweep, "k"))
    assert receipts[0].audit_id == receipts[1].audit_id
    assert AuditEntry.objects.count() == 1


def test_a_rerun_costs_the_same_queries_for_any_number_of_jobs() -> None:
    costs = []
    for n_jobs in (2, 40):
        sweep = Sweep()
        for _ in range(n_jobs):
            factories.make_job(sweep.workflow, status=S.FAILED)
        with CaptureQueriesContext(connection) as queries:
            sweep.rerun()
        costs.append(len(queries))
    assert costs[0] == costs[1]
