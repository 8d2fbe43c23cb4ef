"""A rerun does what its preview says: these jobs, what follows from them, and nothing else."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.models import Event, Job, ResourceRequirements, Result
from tests import factories
from tests.integration.workflows.rerun.sweep import QUIET, S, Sweep
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.rerun import rerun as rerun_steps
from workflows.rerun.preview import RerunOptions, RerunPreview
from workflows.rerun.rerun import preview, rerun
from workflows.rerun.resource_change import ResourceChange
from workflows.rerun.selection import Selection

pytestmark = pytest.mark.django_db

MAX_QUERIES = 14


@pytest.fixture
def sweep() -> Sweep:
    return Sweep()


def counts(seen: RerunPreview) -> tuple[int, int, int]:
    return seen.n_selected, seen.n_upstream, seen.n_downstream


def test_the_failed_jobs_and_what_follows_from_them_run_again(sweep: Sweep) -> None:
    seen = sweep.preview()
    assert counts(seen) == (2, 0, 3)
    assert [(one.label, one.n_selected, one.n_downstream) for one in seen.families] == [
        ("train_{i}", 2, 0),
        ("eval_{i}", 0, 2),
        ("report", 0, 1),
    ]
    done = sweep.rerun()
    assert done.done == seen
    assert sweep.statuses() == {
        **dict.fromkeys(("train_0", "train_1"), "ready"),
        **dict.fromkeys(("train_2", "train_3", "eval_2", "eval_3"), "completed"),
        **dict.fromkeys(("eval_0", "eval_1", "report"), "blocked"),
    }


def test_a_preview_changes_nothing(sweep: Sweep) -> None:
    before = sweep.statuses()
    with CaptureQueriesContext(connection) as queries:
        sweep.preview(with_upstream=True, change=ResourceChange(memory="2g"))
    assert all(one["sql"].lstrip().startswith(("SELECT", "WITH")) for one in queries)
    assert sweep.statuses() == before


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
    assert {one.plan.job_id for one in done.opened} == {job.pk for job in sweep.train[:2]}
    assert set(Result.objects.open().values_list("attempt_id", flat=True)) == {2}


def test_without_a_start_nothing_runs_until_somebody_starts_it(sweep: Sweep) -> None:
    factories.make_node()
    done = sweep.rerun()
    sweep.workflow.refresh_from_db()
    assert not done.is_active
    assert (done.opened, sweep.workflow.is_started, sweep.workflow.ended_at) == ([], False, None)


def test_without_downstream_the_canceled_stay_canceled(sweep: Sweep) -> None:
    done = sweep.rerun(with_downstream=False)
    assert counts(done.done) == (2, 0, 0)
    assert sweep.statuses()["eval_0"] == "canceled"


SELECTIONS = [
    ("one family", {"family": "eval_{i}", "statuses": (S.COMPLETED,)}, {"eval_2", "eval_3"}),
    ("one cause", {"cause": "cause 2"}, {"train_1"}),
    ("one return code", {"return_code": 1}, {"train_0"}),
    ("part of a name", {"name": "in_1"}, {"train_1"}),
    ("statuses", {"statuses": (S.COMPLETED,), "name": "train"}, {"train_2", "train_3"}),
    ("nothing said", {}, {"train_0", "train_1"}),
]


@pytest.mark.parametrize(
    ("said", "names"), [row[1:] for row in SELECTIONS], ids=[row[0] for row in SELECTIONS]
)
def test_a_filter_selects(sweep: Sweep, said: dict[str, Any], names: set[str]) -> None:
    sweep.rerun(Selection(**said), with_downstream=False)
    again = {name for name, status in sweep.statuses().items() if status in ("ready", "blocked")}
    assert again == names


def test_named_jobs_run_again_whatever_became_of_them(sweep: Sweep) -> None:
    done = sweep.rerun(Selection(job_ids=(sweep.train[2].pk, sweep.train[0].pk)))
    assert counts(done.done) == (2, 0, 2)
    assert done.done.n_held_back == 1
    assert sweep.statuses() == {
        "train_0": "ready",
        "train_1": "failed",
        "train_2": "ready",
        "train_3": "completed",
        "eval_0": "blocked",
        "eval_1": "canceled",
        "eval_2": "blocked",
        "eval_3": "completed",
        "report": "canceled",
    }


def test_upstream_adds_what_they_wait_for_and_further_up_what_did_not_complete(
    sweep: Sweep,
) -> None:
    selection = Selection(job_ids=(sweep.report.pk,))
    seen = sweep.preview(selection, with_upstream=True, with_downstream=False)
    assert counts(seen) == (1, 6, 0)  # four eval jobs, and the two train jobs that failed
    sweep.rerun(selection, with_upstream=True, with_downstream=False)
    assert sweep.statuses()["train_2"] == "completed"
    assert sweep.statuses()["train_0"] == "ready"
    assert sweep.statuses()["eval_2"] == "ready"


def test_a_job_whose_predecessor_stays_failed_is_refused_with_the_way_out(sweep: Sweep) -> None:
    with pytest.raises(Refused) as refused:
        sweep.rerun(Selection(job_ids=(sweep.eval[0].pk,)))
    assert refused.value.code == "nothing_to_rerun"
    assert "--upstream" in str(refused.value.hint)


def test_a_job_that_runs_is_a_conflict_or_is_canceled_first(sweep: Sweep) -> None:
    node = factories.make_node()
    factories.make_open_result(sweep.train[2], node=node, started_at=timezone.now(), attempt_id=2)
    selection = Selection(job_ids=(sweep.train[2].pk,))
    seen = sweep.preview(selection)
    assert (seen.n_running, seen.running) == (1, ["train_2"])
    with pytest.raises(Refused) as refused:
        sweep.rerun(selection)
    assert refused.value.code == "jobs_active"
    sweep.rerun(selection, force=True)
    assert Result.objects.open().get().kill_reason == "canceled"
    assert sweep.statuses()["train_2"] == "ready"


def test_files_and_values_that_will_be_written_again_are_named(sweep: Sweep) -> None:
    workflow = sweep.workflow
    factories.make_file(workflow, "seen", outputs_of=[sweep.train[0]], st_mtime=1.0)
    factories.make_file(workflow, "never seen", outputs_of=[sweep.train[1]])
    factories.make_file(workflow, "of others", outputs_of=[sweep.train[3]], st_mtime=1.0)
    factories.make_user_data(workflow, "value", data="7", outputs_of=[sweep.eval[0]])
    factories.make_user_data(workflow, "empty", outputs_of=[sweep.eval[1]])
    seen = sweep.preview()
    assert (seen.files.n, seen.files.names) == (1, ["seen"])
    assert (seen.user_data.n, seen.user_data.names) == (1, ["value"])


def test_the_hours_are_those_that_such_jobs_took(sweep: Sweep) -> None:
    ResourceRequirements.objects.update(num_cpus=4)
    seen = sweep.preview()
    assert seen.seconds == 4 * 3600.0
    assert seen.cpu_seconds == 16 * 3600.0
    assert seen.n_unknown == 1  # no report has ever been written
    doubled = sweep.preview(change=ResourceChange(num_cpus=8))
    assert doubled.cpu_seconds == (2 * 8 + 2 * 4) * 3600.0


def test_a_rerun_that_would_do_something_else_than_its_preview_is_refused(sweep: Sweep) -> None:
    seen = sweep.preview()
    Job.objects.filter(name="train_2").update(status=S.FAILED)
    with pytest.raises(Refused) as refused:
        rerun(sweep.workflow.pk, None, QUIET, by="ann", expected=seen.fingerprint)
    assert refused.value.code == "preview_outdated"
    assert "ready" not in sweep.statuses().values()
    rerun(sweep.workflow.pk, None, QUIET, by="ann", expected=sweep.preview().fingerprint)


@pytest.mark.parametrize(
    ("selection", "code"),
    [
        (Selection(job_ids=(2**40,)), "job_not_found"),
        (Selection(family="nobody"), "family_not_found"),
        (Selection(cause="no such cause"), "nothing_to_rerun"),
        (Selection(statuses=(S.READY,)), "nothing_to_rerun"),
    ],
)
def test_a_selection_without_jobs_is_refused(sweep: Sweep, selection: Selection, code: str) -> None:
    with pytest.raises(Refused) as refused:
        sweep.rerun(selection)
    assert refused.value.code == code


def test_archived_and_changed_workflows_are_refused(sweep: Sweep) -> None:
    for field, code in (("is_archived", "workflow_archived"), ("is_graph_stale", "graph_stale")):
        Workflow.objects.update(**{field: True})
        sweep.workflow.refresh_from_db()
        for act in (sweep.preview, sweep.rerun):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.code == code
        Workflow.objects.update(**{field: False})


def test_a_canceled_workflow_goes_on_with_what_was_canceled(sweep: Sweep) -> None:
    Workflow.objects.update(is_canceled=True)
    Job.objects.filter(name="train_3").update(status=S.CANCELED)
    sweep.rerun(starts=True)
    sweep.workflow.refresh_from_db()
    assert (sweep.workflow.is_canceled, sweep.workflow.is_active) == (False, True)
    assert sweep.statuses()["train_3"] == "ready"


def test_the_event_says_who_and_what(sweep: Sweep) -> None:
    sweep.rerun(Selection(cause="cause 1"))
    data = Event.objects.get().data
    assert (data["type"], data["by"], data["selection"]) == (
        "jobs_rerun",
        "ann",
        {"cause": "cause 1"},
    )


def test_all_jobs_run_again_in_a_new_run(sweep: Sweep) -> None:
    n_jobs, opened = rerun_steps.rerun_all(sweep.workflow.pk, starts=False, by="ann")
    sweep.workflow.refresh_from_db()
    assert (n_jobs, opened, sweep.workflow.run_id) == (9, [], 2)
    assert set(sweep.statuses().values()) == {"ready", "blocked"}


@pytest.mark.parametrize("n_jobs", [20, 400])
def test_a_preview_costs_the_same_queries_for_any_number_of_jobs(n_jobs: int) -> None:
    workflow = factories.make_started_workflow()
    first = [factories.make_job(workflow, status=S.FAILED) for _ in range(n_jobs)]
    factories.make_job(workflow, status=S.CANCELED, depends_on=first)
    options = RerunOptions(with_upstream=True, change=ResourceChange(memory="2g"))
    with CaptureQueriesContext(connection) as queries:
        seen = preview(workflow, Selection(), options)
    assert seen.n_selected == n_jobs + 1
    assert len(queries) <= MAX_QUERIES
