"""Running again what is stale: what is reset, what is left, and when it is refused."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from jobs.models import Event, Job, Result
from jobs.recording.store import StartedAttempt, store_batch
from jobs.scheduling.attempts import load_open_attempts
from jobs.statuses import KillReason
from tests import factories
from tests.integration.workflows.runs import end, pipeline, run, run_all, words
from userdata.history import Author
from userdata.models import File, Source, UserData
from workflows.editing.user_data import revise
from workflows.errors import Refused
from workflows.lifecycle import lifecycle
from workflows.models import Workflow
from workflows.stale.reinitialize import reinitialize
from workflows.stale.stale_jobs import fingerprint, stale_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow(tmp_path: Path) -> Workflow:
    """A workflow that has run."""
    made = pipeline(tmp_path)
    run_all(made)
    return made


def edit(name: str, data: str) -> None:
    row = UserData.objects.get(name=name)
    assert revise(row, {"data": data}, Author("ann", Source.PAGE))


def test_exactly_the_stale_jobs_run_again(workflow: Workflow) -> None:
    edit("result_2", '"other"')
    done = reinitialize(workflow, by="ann")
    assert [job.name for job in done.stale] == ["report"]
    assert (done.n_reset, done.opened) == (1, [])
    assert words(workflow) == {
        **dict.fromkeys(["prepare", "train_1", "train_2", "train_3", "alone"], "completed"),
        "report": "ready",
    }
    assert run_all(workflow) == ["report"]
    assert stale_jobs(workflow) == []
    assert workflow.run_id == 1
    said = Event.objects.filter(data__type="workflow_reinitialized").get()
    assert (said.data["by"], said.data["n_jobs"]) == ("ann", 1)


def test_what_follows_waits_for_what_runs_again(workflow: Workflow) -> None:
    edit("config", "2")
    done = reinitialize(workflow)
    assert done.n_reset == 5
    assert words(workflow)["prepare"] == "ready"
    assert {words(workflow)[name] for name in ("train_1", "train_2", "report")} == {"blocked"}
    assert words(workflow)["alone"] == "completed"
    ran = run_all(workflow)
    assert (ran[0], sorted(ran[1:4]), ran[4:]) == (
        "prepare",
        ["train_1", "train_2", "train_3"],
        ["report"],
    )
    assert stale_jobs(workflow) == []


def test_it_starts_at_once_if_it_shall(workflow: Workflow) -> None:
    edit("config", "2")
    done = reinitialize(workflow, starts=True)
    assert len(run(workflow, opened=done.opened)) == 5
    assert set(words(workflow).values()) == {"completed"}


def test_other_stale_jobs_than_were_agreed_to_are_refused(workflow: Workflow) -> None:
    edit("other", "2")
    expected = fingerprint(stale_jobs(workflow))
    edit("config", "2")
    with pytest.raises(Refused) as refusal:
        reinitialize(workflow, expected=expected)
    assert refusal.value.code == "stale_jobs_changed"
    assert set(words(workflow).values()) == {"completed"}
    assert reinitialize(workflow, expected=fingerprint(stale_jobs(workflow))).n_reset == 6


def test_nothing_stale_is_nothing_done(workflow: Workflow) -> None:
    before = Workflow.objects.get().revision
    done = reinitialize(workflow, starts=True)
    assert (done.stale, done.n_reset, done.opened) == ([], 0, [])
    assert Workflow.objects.get().revision == before


def test_failed_jobs_stay_failed_unless_what_they_used_has_changed(tmp_path: Path) -> None:
    workflow = pipeline(tmp_path)
    run_all(workflow, fails=["alone", "train_2"])
    edit("other", "2")
    assert reinitialize(workflow).n_reset == 1
    assert run_all(workflow) == ["alone"]
    assert words(workflow)["train_2"] == "failed"
    assert words(workflow)["report"] == "canceled"


def test_a_changed_file_is_known_from_then_on(workflow: Workflow, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("other")
    os.utime(other, (2_000, 2_000))
    other.rename(tmp_path / "raw.csv")
    assert reinitialize(workflow).n_reset == 5
    assert File.objects.get(name="raw").st_mtime == 2_000
    later = (tmp_path / "raw.csv").stat().st_ctime
    while timezone.now().timestamp() <= later:
        pass
    run_all(workflow)
    assert stale_jobs(workflow) == []


def test_a_missing_input_is_refused_and_nothing_is_reset(
    workflow: Workflow, tmp_path: Path
) -> None:
    (tmp_path / "raw.csv").unlink()
    with pytest.raises(Refused, match=r"raw \(raw.csv\)") as refusal:
        reinitialize(workflow)
    assert refusal.value.code == "missing_input_files"
    assert set(words(workflow).values()) == {"completed"}
    assert reinitialize(workflow, force=True).n_reset == 5


def test_a_missing_output_is_made_again(workflow: Workflow, tmp_path: Path) -> None:
    (tmp_path / "clean.csv").unlink()
    assert reinitialize(workflow).n_reset == 5
    run_all(workflow)
    assert (tmp_path / "clean.csv").exists()


def started(workflow: Workflow, name: str) -> Result:
    """An attempt of a job whose process runs."""
    lifecycle.start(workflow.pk)
    (result,) = Result.objects.open().filter(job__name=name)
    now = timezone.now()
    store_batch([StartedAttempt(result.pk, workflow.pk, now)], [], now)
    return result


def test_running_jobs_among_them_are_refused_or_canceled(workflow: Workflow) -> None:
    edit("result_2", '"other"')
    reinitialize(workflow)
    result = started(workflow, "report")
    edit("config", "2")
    with pytest.raises(Refused, match="1 job is pending or running") as refusal:
        reinitialize(workflow)
    assert refusal.value.code == "jobs_active"
    assert words(workflow)["prepare"] == "completed"
    done = reinitialize(workflow, force=True)
    result.refresh_from_db()
    assert result.kill_reason == KillReason.CANCELED
    assert [
        plan.job_name
        for plan in load_open_attempts(opened.plan.result_id for opened in done.opened)
    ] == ["prepare"]
    store_batch([], [end(plan) for plan in load_open_attempts([result.pk])], timezone.now())
    assert words(workflow)["report"] == "blocked"
    run(workflow, opened=done.opened)
    assert set(words(workflow).values()) == {"completed"}


def test_a_running_workflow_goes_on_with_what_is_stale(workflow: Workflow) -> None:
    edit("result_2", '"other"')
    reinitialize(workflow)
    started(workflow, "report")
    edit("other", "2")
    opened = reinitialize(workflow).opened
    assert [Job.objects.get(pk=attempt.plan.job_id).name for attempt in opened] == ["alone"]


def test_a_canceled_workflow_can_go_on(tmp_path: Path) -> None:
    workflow = pipeline(tmp_path)
    lifecycle.initialize(workflow.pk)
    opened = lifecycle.start(workflow.pk)
    run(
        workflow,
        opened=[
            attempt for attempt in opened if Job.objects.get(pk=attempt.plan.job_id).name == "alone"
        ],
    )
    lifecycle.cancel(workflow.pk, by="ann")
    for plan in load_open_attempts(Result.objects.open().values_list("pk", flat=True)):
        store_batch([], [end(plan, is_good=False)], timezone.now())
    edit("other", "2")
    done = reinitialize(workflow, starts=True)
    assert [job.name for job in done.stale] == ["alone"]
    assert run(workflow, opened=done.opened) == ["alone"]


def test_archived_and_unknown_workflows_are_refused(workflow: Workflow) -> None:
    edit("config", "2")
    lifecycle.archive(workflow.pk)
    with pytest.raises(Refused, match="archived"):
        reinitialize(workflow)
    with pytest.raises(Refused) as refusal:
        reinitialize(factories.make_workflow(is_stored=False))
    assert refusal.value.kind == "missing"
