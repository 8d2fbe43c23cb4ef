"""Which jobs a selection means, and which of those around them run again with them."""

from typing import Any

import pytest

from jobs.models import Job
from tests import factories
from tests.integration.workflows.rerun.sweep import S, Sweep, counts
from workflows.errors import Refused
from workflows.rerun import selection as selection_rules
from workflows.rerun.options import RerunOptions
from workflows.rerun.selection import MAX_IDS_IN_RECORDS, Selection, jobs_to_rerun, selected_jobs

pytestmark = pytest.mark.django_db


CRITERIA = [
    ("one family", {"family": "eval_{i}", "statuses": (S.COMPLETED,)}, {"eval_2", "eval_3"}),
    ("one cause", {"cause": "cause 2"}, {"train_1"}),
    ("one return code", {"return_code": 1}, {"train_0"}),
    ("part of a name", {"name": "in_1"}, {"train_1"}),
    ("statuses", {"statuses": (S.COMPLETED,), "name": "train"}, {"train_2", "train_3"}),
    ("no criterion", {}, {"train_0", "train_1"}),
]


@pytest.mark.parametrize(
    ("criteria", "names"), [row[1:] for row in CRITERIA], ids=[row[0] for row in CRITERIA]
)
def test_a_selection_means_the_jobs_that_meet_all_criteria(
    sweep: Sweep, criteria: dict[str, Any], names: set[str]
) -> None:
    sweep.rerun(Selection(**criteria), with_downstream=False)
    again = {name for name, status in sweep.statuses().items() if status in ("ready", "blocked")}
    assert again == names


CAN_RUN_AGAIN = [
    *(S.COMPLETED, S.FAILED, S.CANCELED, S.TERMINATED),
    *(S.PENDING_FAILED, S.PENDING, S.RUNNING),
]


@pytest.mark.parametrize("status", S)
def test_a_named_job_can_run_again_if_it_has_run_or_was_given_up(status: S) -> None:
    workflow = factories.make_started_workflow()
    job = factories.make_job(workflow, status=status)
    for selection in (Selection(job_ids=(job.pk,)), Selection(statuses=(status,))):
        selected = [selected.job_id for selected in selected_jobs(workflow, selection)]
        assert selected == ([job.pk] if status in CAN_RUN_AGAIN else [])


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("around", ["upstream", "downstream"])
def test_a_job_around_them_runs_again_if_it_has_run_or_was_given_up(status: S, around: str) -> None:
    workflow = factories.make_started_workflow()
    statuses = [status, S.COMPLETED] if around == "upstream" else [S.COMPLETED, status]
    first = factories.make_job(workflow, status=statuses[0])
    last = factories.make_job(workflow, status=statuses[1], depends_on=[first])
    chosen, other = (last, first) if around == "upstream" else (first, last)
    options = RerunOptions(
        with_upstream=around == "upstream", with_downstream=around == "downstream"
    )
    rerun = jobs_to_rerun(workflow, Selection(job_ids=(chosen.pk,)), options)
    added = [job.job_id for job in (*rerun.upstream, *rerun.downstream)]
    assert added == ([other.pk] if status in CAN_RUN_AGAIN else [])


def test_without_a_criterion_all_that_ended_badly_or_was_canceled_by_a_person_runs_again() -> None:
    workflow = factories.make_started_workflow()
    jobs = {status: factories.make_job(workflow, status=status) for status in S}
    canceled_by_another = factories.make_job(
        workflow, status=S.CANCELED, canceled_by=jobs[S.FAILED]
    )
    selected = {job.job_id for job in selected_jobs(workflow, Selection())}
    failed = (S.FAILED, S.TERMINATED, S.PENDING_FAILED, S.CANCELED)
    assert selected == {jobs[status].pk for status in failed}
    assert canceled_by_another.pk not in selected


def test_the_failed_jobs_and_what_follows_from_them_run_again(sweep: Sweep) -> None:
    preview = sweep.preview()
    assert counts(preview) == (2, 0, 3)
    sweep.rerun()
    assert sweep.statuses() == {
        **dict.fromkeys(("train_0", "train_1"), "ready"),
        **dict.fromkeys(("train_2", "train_3", "eval_2", "eval_3"), "completed"),
        **dict.fromkeys(("eval_0", "eval_1", "report"), "blocked"),
    }


def test_without_downstream_the_canceled_stay_canceled(sweep: Sweep) -> None:
    done = sweep.rerun(with_downstream=False)
    assert counts(done.preview) == (2, 0, 0)
    assert sweep.statuses()["eval_0"] == "canceled"


def test_named_jobs_run_again_and_those_that_another_failure_holds_back_do_not(
    sweep: Sweep,
) -> None:
    done = sweep.rerun(Selection(job_ids=(sweep.train[2].pk, sweep.train[0].pk)))
    assert counts(done.preview) == (2, 0, 2)
    assert done.preview.n_held_back == 1
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
    preview = sweep.preview(selection, with_upstream=True, with_downstream=False)
    assert counts(preview) == (1, 6, 0)  # four eval jobs, and the two train jobs that failed
    sweep.rerun(selection, with_upstream=True, with_downstream=False)
    assert sweep.statuses()["train_2"] == "completed"
    assert sweep.statuses()["train_0"] == "ready"
    assert sweep.statuses()["eval_2"] == "ready"


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


@pytest.mark.parametrize(
    ("selection", "jobs", "hint"),
    [
        (
            Selection(name="train_2"),
            "that failed, whose name contains train_2",
            "choose them with --status completed",
        ),
        (Selection(statuses=(S.TERMINATED,)), "that are terminated", "`torc jobs list`"),
    ],
)
def test_a_refusal_names_the_jobs_that_are_meant(
    sweep: Sweep, selection: Selection, jobs: str, hint: str
) -> None:
    with pytest.raises(Refused) as refused:
        sweep.rerun(selection)
    assert refused.value.detail == f"Workflow {sweep.workflow.pk} has no jobs {jobs}."
    assert hint in (refused.value.hint or "")


def test_too_many_ids_are_refused(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection_rules, "MAX_JOB_IDS", 2)
    ids = tuple(Job.objects.values_list("pk", flat=True)[:3])
    with pytest.raises(Refused, match=r"There are 3 job ids; 2 are allowed\."):
        sweep.preview(Selection(job_ids=ids))


def test_records_name_the_first_of_many_ids() -> None:
    n_jobs = MAX_IDS_IN_RECORDS + 5
    recorded = Selection(job_ids=tuple(range(n_jobs)), name="x").recorded()
    assert recorded["job_ids"] == tuple(range(MAX_IDS_IN_RECORDS))
    assert (recorded["n_job_ids"], recorded["name"]) == (n_jobs, "x")
