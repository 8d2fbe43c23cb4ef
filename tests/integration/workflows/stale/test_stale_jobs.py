"""Which jobs a change makes stale, and which it does not."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from jobs.dependencies import recount
from jobs.models import Job, Result
from jobs.statuses import JobStatus
from tests import factories
from tests.integration.workflows.runs import pipeline, run, run_all
from userdata.history import Author
from userdata.models import Source, UserData, present_revision
from workflows.editing.user_data import revise
from workflows.lifecycle import lifecycle
from workflows.models import Workflow
from workflows.stale.change_impact import change_impact
from workflows.stale.changed_files import see_files
from workflows.stale.stale_jobs import n_stale, stale_jobs

pytestmark = pytest.mark.django_db

ANN = Author("ann", Source.PAGE)
ALL_BUT_ALONE = ["prepare", "report", "train_1", "train_2", "train_3"]


@pytest.fixture
def workflow(tmp_path: Path) -> Workflow:
    """A workflow that has run."""
    made = pipeline(tmp_path)
    assert len(run_all(made)) == 6
    return made


def edit(workflow: Workflow, name: str, data: str) -> None:
    assert revise(UserData.objects.get(workflow=workflow, name=name), {"data": data}, ANN)


def names(workflow: Workflow) -> list[str]:
    workflow.refresh_from_db()
    return sorted(job.name for job in stale_jobs(workflow))


def why(workflow: Workflow) -> dict[str, str]:
    workflow.refresh_from_db()
    return {job.name: job.why for job in stale_jobs(workflow)}


def touch_later(path: Path) -> None:
    """Write a file when the file system's clock has moved on."""
    before = path.stat().st_ctime_ns if path.exists() else 0
    deadline = time.monotonic() + 5
    path.write_text("new")
    while path.stat().st_ctime_ns == before and time.monotonic() < deadline:
        path.write_text("new")


def set_command(workflow: Workflow, name: str, command: str) -> None:
    Workflow.objects.filter(pk=workflow.pk).touch()
    Job.objects.filter(workflow=workflow, name=name).update(
        command=command, command_revision=present_revision(Job)
    )


def test_nothing_is_stale_after_a_run(workflow: Workflow) -> None:
    assert why(workflow) == {}
    assert n_stale(workflow) == 0


def test_an_edited_value_makes_its_readers_and_what_follows_stale(workflow: Workflow) -> None:
    edit(workflow, "config", '{"rate": 2}')
    reasons = why(workflow)
    assert sorted(reasons) == ALL_BUT_ALONE
    assert reasons["prepare"].startswith("reads config, which ann changed at 20")
    assert reasons["train_1"] == "follows prepare, which runs again"
    assert reasons["report"] == "follows train_1 and 2 others, which run again"
    assert n_stale(workflow) == 5


def test_an_edit_back_to_the_same_text_counts_for_nothing(workflow: Workflow) -> None:
    before = UserData.objects.get(name="config").data
    edit(workflow, "config", "2")
    edit(workflow, "config", before)
    assert names(workflow) == []


def test_an_edit_back_counts_for_those_that_ran_in_between(workflow: Workflow) -> None:
    before = UserData.objects.get(name="other").data
    edit(workflow, "other", "2")
    lifecycle.reset_jobs(workflow.pk, failed_only=False)
    run_all(workflow)
    assert names(workflow) == []
    edit(workflow, "other", before)
    assert names(workflow) == ["alone"]


def test_a_value_that_was_empty_and_is_again_has_not_changed(tmp_path: Path) -> None:
    workflow = factories.make_started_workflow()
    job = factories.make_job(workflow, "reader", status=JobStatus.COMPLETED)
    factories.make_result(job, opened_revision=1)
    row = factories.make_user_data(workflow, "x", inputs_of=[job])
    revise(row, {"data": "1"}, ANN)
    assert names(workflow) == ["reader"]
    revise(row, {"data": "null"}, ANN)
    assert names(workflow) == []


def test_a_new_name_of_a_value_makes_nothing_stale(workflow: Workflow) -> None:
    row = UserData.objects.get(name="other")
    revise(row, {"name": "renamed"}, ANN)
    assert names(workflow) == []


def test_a_result_that_is_written_again_after_its_reader_began_counts(workflow: Workflow) -> None:
    row = UserData.objects.get(name="result_2")
    revise(row, {"data": '"late"'}, Author("job train_2", Source.JOB))
    assert list(why(workflow)) == ["report"]
    assert "reads result_2, which job train_2 changed" in why(workflow)["report"]


def test_an_output_that_was_emptied_makes_its_writer_stale(workflow: Workflow) -> None:
    edit(workflow, "result_3", "null")
    reasons = why(workflow)
    assert sorted(reasons) == ["report", "train_3"]
    assert reasons["train_3"] == "its output result_3 is null"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda folder: touch_later(folder / "raw.csv"), ALL_BUT_ALONE),
        (lambda folder: (folder / "raw.csv").unlink(), ALL_BUT_ALONE),
        (lambda folder: (folder / "clean.csv").unlink(), ALL_BUT_ALONE),
        (lambda folder: touch_later(folder / "clean.csv"), ALL_BUT_ALONE[1:]),
        (lambda folder: (folder / "raw.csv").chmod(0o600), []),
        (shutil.rmtree, []),
    ],
    ids=["input changed", "input gone", "output gone", "output edited", "mode", "folder gone"],
)
def test_files_are_looked_at(
    workflow: Workflow,
    tmp_path: Path,
    change: Callable[[Path], object],
    expected: list[str],
) -> None:
    change(tmp_path)
    assert names(workflow) == expected
    assert n_stale(workflow) == 0  # pages never look at disks


def test_a_copy_with_an_old_time_is_another_file(workflow: Workflow, tmp_path: Path) -> None:
    old = tmp_path / "old.csv"
    touch_later(old)
    os.utime(old, (500, 500))
    old.rename(tmp_path / "raw.csv")
    assert "reads raw, which changed at" in why(workflow)["prepare"]


def test_a_file_that_changed_before_its_reader_began_is_as_it_was_read(tmp_path: Path) -> None:
    workflow = pipeline(tmp_path)
    lifecycle.initialize(workflow.pk)
    touch_later(tmp_path / "raw.csv")
    later = (tmp_path / "raw.csv").stat().st_ctime
    while timezone.now().timestamp() <= later:
        pass
    run_all(workflow)
    assert names(workflow) == []


def test_a_job_that_writes_its_file_anew_makes_the_readers_stale(workflow: Workflow) -> None:
    job = Job.objects.get(name="prepare")
    Job.objects.filter(pk=job.pk).update(status=JobStatus.READY.value)
    recount.recompute(workflow.pk, timezone.now())
    run(workflow, opened=lifecycle.start(workflow.pk))
    reasons = why(workflow)
    assert sorted(reasons) == ALL_BUT_ALONE[1:]
    assert reasons["train_1"].startswith("reads clean, which changed at")
    assert n_stale(workflow) == 4


def test_a_new_command_makes_its_job_stale_if_it_differs_when_filled_in(
    workflow: Workflow,
) -> None:
    before = Job.objects.get(name="alone").command
    set_command(workflow, "alone", before + " --fast")
    assert why(workflow) == {"alone": "its command has changed"}
    assert n_stale(workflow) == 1
    set_command(workflow, "alone", before.replace(" ${", "  ${"))
    assert names(workflow) == ["alone"]
    set_command(workflow, "alone", before)
    assert names(workflow) == []


def test_a_failed_job_is_stale_only_if_what_it_used_has_changed(tmp_path: Path) -> None:
    workflow = pipeline(tmp_path)
    run_all(workflow, fails=["alone", "train_2"])
    assert names(workflow) == []
    edit(workflow, "other", "2")
    assert names(workflow) == ["alone"]


def test_jobs_that_have_not_ended_are_not_stale(tmp_path: Path) -> None:
    workflow = pipeline(tmp_path)
    lifecycle.start(workflow.pk)
    edit(workflow, "config", "2")
    assert names(workflow) == []


def test_the_reasons_of_a_job_are_listed_up_to_a_number() -> None:
    workflow = factories.make_started_workflow()
    job = factories.make_job(workflow, "reader", status=JobStatus.COMPLETED)
    factories.make_result(job, opened_revision=1)
    for number in range(8):
        row = factories.make_user_data(workflow, f"x{number}", data="1", inputs_of=[job])
        revise(row, {"data": "2"}, ANN)
    (stale,) = stale_jobs(workflow)
    assert (len(stale.reasons), stale.n_more_reasons) == (5, 3)
    assert stale.why.endswith("; and 3 more")
    assert (stale.is_follower, stale.status) == (False, JobStatus.COMPLETED)


def grid(n_jobs: int) -> Workflow:
    """Jobs that all read one value, that write one each, and a last one that reads those."""
    workflow = factories.make_started_workflow(is_started=False)
    jobs = [factories.make_job(workflow, status=JobStatus.COMPLETED) for _ in range(n_jobs)]
    last = factories.make_job(workflow, "last", status=JobStatus.COMPLETED, depends_on=jobs)
    for job in (*jobs, last):
        factories.make_result(job, opened_revision=1)
        factories.make_user_data(workflow, data="1", outputs_of=[job], inputs_of=[])
        factories.make_file(workflow, path=f"/tmp/{job.name}", inputs_of=[job])
    config = factories.make_user_data(workflow, "config", data="1", inputs_of=jobs)
    revise(config, {"data": "2"}, ANN)
    return workflow


@pytest.mark.parametrize("n_jobs", [2, 60])
def test_the_number_of_queries_does_not_grow_with_the_jobs(
    n_jobs: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    workflow = grid(n_jobs)
    seen = see_files(workflow)
    with django_assert_num_queries(7):
        assert len(stale_jobs(workflow, seen)) == n_jobs + 1
    with django_assert_num_queries(6):
        assert n_stale(workflow) == n_jobs + 1
    with django_assert_num_queries(0):
        assert n_stale(workflow) == n_jobs + 1
    config = UserData.objects.get(name="config")
    with django_assert_num_queries(5):
        impact = change_impact(config)
    assert (impact.n_readers, impact.n_writers) == (n_jobs, 0)
    assert (impact.n_completed_readers, impact.n_downstream) == (n_jobs, 1)
    assert len(impact.readers) == min(n_jobs, 20)


def test_the_count_is_made_anew_for_each_revision_of_a_resting_workflow(
    workflow: Workflow,
) -> None:
    assert n_stale(workflow) == 0
    edit(workflow, "other", "2")
    workflow.refresh_from_db()
    assert n_stale(workflow) == 1
    assert Result.objects.count() == 6
