"""Initialize, start, archive: what each changes, and when each is refused."""

import os
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from jobs.models import Event, Job, Result
from jobs.statuses import JobStatus, KillReason
from tests import factories
from tests.integration.workflows.diamond import diamond, last_event, refused, statuses
from tests.integration.workflows.plans import barrier_plan
from userdata import history
from userdata.models import UserData
from workflows.creation import create
from workflows.lifecycle import lifecycle

pytestmark = pytest.mark.django_db

S = JobStatus


class TestInitialize:
    def test_jobs_become_ready_or_blocked_and_none_runs(self) -> None:
        workflow = diamond()
        node = factories.make_node()
        done = lifecycle.initialize(workflow.pk, by="ada")
        assert statuses(workflow) == {"a": "ready", "b": "blocked", "c": "blocked", "d": "blocked"}
        assert (done.n_ready, done.n_blocked, done.run_id) == (1, 3, 1)
        workflow.refresh_from_db()
        assert (workflow.is_started, workflow.run_id, workflow.revision) == (False, 1, 2)
        assert not Result.objects.filter(compute_node=node).exists()
        assert last_event(workflow)["type"] == "workflow_initialized"

    def test_a_second_one_begins_a_new_run_with_every_job(self) -> None:
        workflow = diamond()
        lifecycle.initialize(workflow.pk)
        Job.objects.filter(workflow=workflow).update(
            status=S.FAILED.value, n_attempts=3, n_retries=2, n_lost=1, reason="bad"
        )
        assert lifecycle.initialize(workflow.pk).run_id == 2
        assert statuses(workflow)["a"] == "ready"
        job = workflow.jobs.get(name="d")
        assert (job.status, job.n_attempts, job.n_retries, job.reason) == (S.BLOCKED, 0, 0, "")

    def test_disabled_jobs_stay_disabled_and_hold_back_the_rest(self) -> None:
        workflow = diamond()
        workflow.jobs.filter(name="b").update(status=S.DISABLED.value)
        lifecycle.initialize(workflow.pk)
        assert statuses(workflow) == {"a": "ready", "b": "disabled", "c": "blocked", "d": "blocked"}

    def test_only_uninitialized_keeps_what_has_run(self) -> None:
        workflow = diamond()
        lifecycle.initialize(workflow.pk)
        for name, status in (("a", S.COMPLETED), ("b", S.UNINITIALIZED), ("c", S.COMPLETED)):
            workflow.jobs.filter(name=name).update(status=status.value, n_attempts=1)
        workflow.jobs.filter(name="d").update(status=S.CANCELED.value, reason="Canceled.")
        done = lifecycle.initialize(workflow.pk, only_uninitialized=True)
        expected = {"a": "completed", "b": "ready", "c": "completed", "d": "blocked"}
        assert statuses(workflow) == expected
        assert done.run_id == 1
        assert workflow.jobs.get(name="b").n_attempts == 1

    def test_only_uninitialized_leaves_disabled_jobs_alone(self) -> None:
        workflow = diamond()
        lifecycle.initialize(workflow.pk)
        statuses_before = (("a", S.UNINITIALIZED), ("b", S.DISABLED), ("c", S.DISABLED))
        for name, status in statuses_before:
            workflow.jobs.filter(name=name).update(status=status.value, reason="Off.")
        lifecycle.initialize(workflow.pk, only_uninitialized=True)
        expected = {"a": "ready", "b": "disabled", "c": "disabled", "d": "blocked"}
        assert statuses(workflow) == expected
        assert workflow.jobs.get(name="b").reason == "Off."

    def test_only_uninitialized_cancels_what_waits_for_a_failure(self) -> None:
        workflow = diamond()
        workflow.jobs.filter(name="a").update(status=S.FAILED.value)
        lifecycle.initialize(workflow.pk, only_uninitialized=True)
        assert set(statuses(workflow).values()) == {"failed", "canceled"}
        assert workflow.jobs.get(name="d").canceled_by == workflow.jobs.get(name="a")

    def test_only_uninitialized_lets_a_running_workflow_run(self) -> None:
        workflow = factories.make_started_workflow()
        job = factories.make_job(workflow, "a", status=S.READY)
        factories.make_open_result(job, started_at=timezone.now())
        factories.make_job(workflow, "b", depends_on=[job])
        lifecycle.initialize(workflow.pk, only_uninitialized=True)
        workflow.refresh_from_db()
        assert workflow.is_active
        assert statuses(workflow) == {"a": "running", "b": "blocked"}

    def test_running_jobs_are_in_the_way_unless_forced(self) -> None:
        workflow = factories.make_started_workflow()
        job = factories.make_job(workflow, "a", status=S.READY)
        attempt = factories.make_open_result(job, started_at=timezone.now())
        refusal = refused("jobs_active", lambda: lifecycle.initialize(workflow.pk))
        assert refusal.kind == "conflict"
        lifecycle.initialize(workflow.pk, force=True)
        attempt.refresh_from_db()
        assert (attempt.kill_reason, attempt.ended_at) == (KillReason.CANCELED, None)
        assert statuses(workflow) == {"a": "ready"}

    def test_an_archived_workflow_is_refused(self) -> None:
        workflow = factories.make_workflow(is_archived=True)
        refused("workflow_archived", lambda: lifecycle.initialize(workflow.pk))

    def test_an_unknown_or_half_stored_workflow_is_missing(self) -> None:
        half = factories.make_workflow(is_stored=False)
        for workflow_id in (4711, half.pk):
            refusal = refused("workflow_not_found", partial(lifecycle.initialize, workflow_id))
            assert refusal.kind == "missing"

    @pytest.mark.parametrize("clear_ephemeral", [True, False])
    def test_ephemeral_values_that_a_job_writes_are_cleared_when_a_new_run_begins(
        self, clear_ephemeral: bool
    ) -> None:
        workflow = factories.make_workflow()
        job = factories.make_job(workflow)
        made = factories.make_user_data(workflow, data="1", is_ephemeral=True, outputs_of=[job])
        given = factories.make_user_data(workflow, data="2", is_ephemeral=True, inputs_of=[job])
        lasting = factories.make_user_data(workflow, data="3", outputs_of=[job])
        lifecycle.initialize(workflow.pk)
        made.refresh_from_db()
        assert made.data == "1"
        lifecycle.initialize(workflow.pk, only_uninitialized=True)
        made.refresh_from_db()
        assert made.data == "1"
        lifecycle.initialize(workflow.pk, clear_ephemeral=clear_ephemeral, by="ann")
        values = [UserData.objects.get(pk=value.pk) for value in (made, given, lasting)]
        assert [(value.data, value.version) for value in values] == [
            ("null", 2),
            ("2", 1),
            ("3", 1),
        ]
        versions = history.versions(values[0])
        assert [version.changed_by for version in versions] == ["ann", ""]

    def test_the_times_of_input_files_are_remembered(self, tmp_path: Path) -> None:
        workflow = factories.make_workflow(submission_directory=str(tmp_path))
        file = factories.make_file(
            workflow, path="in.txt", inputs_of=[factories.make_job(workflow)]
        )
        path = tmp_path / "in.txt"
        for seconds, only_uninitialized, expected in (
            (1_000, False, 1_000),
            (2_000, True, 1_000),
            (3_000, False, 3_000),
        ):
            path.touch()
            os.utime(path, (seconds, seconds))
            lifecycle.initialize(workflow.pk, only_uninitialized=only_uninitialized)
            file.refresh_from_db()
            assert file.st_mtime == expected


class TestInputs:
    def test_a_missing_input_file_is_named(self, tmp_path: Path) -> None:
        workflow = factories.make_workflow(submission_directory=str(tmp_path))
        job = factories.make_job(workflow)
        factories.make_file(workflow, "there", path="there.txt", inputs_of=[job])
        factories.make_file(workflow, "gone", path="gone.txt", inputs_of=[job])
        factories.make_file(workflow, "far", path="/nowhere/far.txt", inputs_of=[job])
        factories.make_file(workflow, "made", path="made.txt", inputs_of=[job], outputs_of=[job])
        (tmp_path / "there.txt").touch()
        refusal = refused("missing_input_files", lambda: lifecycle.initialize(workflow.pk))
        assert "gone (gone.txt), far (/nowhere/far.txt)" in refusal.detail
        assert "there" not in refusal.detail
        assert set(statuses(workflow).values()) == {"uninitialized"}

    def test_relative_paths_are_left_to_the_caller_when_the_folder_is_not_here(self) -> None:
        workflow = factories.make_workflow(submission_directory="/not/on/this/machine")
        job = factories.make_job(workflow)
        factories.make_file(workflow, "f", path="f.txt", inputs_of=[job])
        refusal = refused(
            "missing_input_files",
            lambda: lifecycle.initialize(workflow.pk, missing_files=["f (f.txt)"]),
        )
        assert "f (f.txt)" in refusal.detail
        assert lifecycle.initialize(workflow.pk).n_ready == 1

    def test_a_null_value_that_nobody_writes_is_named(self) -> None:
        workflow = factories.make_workflow()
        job = factories.make_job(workflow)
        factories.make_user_data(workflow, "config", inputs_of=[job])
        factories.make_user_data(workflow, "given", data="0", inputs_of=[job])
        refusal = refused("missing_user_data", lambda: lifecycle.initialize(workflow.pk))
        assert "config" in refusal.detail
        assert "given" not in refusal.detail

    def test_force_goes_on_without_inputs(self) -> None:
        workflow = factories.make_workflow()
        job = factories.make_job(workflow)
        factories.make_file(workflow, path="/nowhere/f", inputs_of=[job])
        factories.make_user_data(workflow, inputs_of=[job])
        assert lifecycle.initialize(workflow.pk, force=True).n_ready == 1


class TestStart:
    def test_it_initializes_what_is_not_and_opens_what_fits(self) -> None:
        workflow = create.create_workflow(barrier_plan(3), owner=factories.make_user())
        factories.make_node(num_cpus=2)
        opened = lifecycle.start(workflow.pk, by="ada")
        assert len(opened) == 2
        workflow.refresh_from_db()
        assert (workflow.is_active, workflow.run_id) == (True, 1)
        assert sorted(statuses(workflow).values()) == ["blocked"] * 3 + ["pending"] * 2 + ["ready"]

    def test_a_workflow_that_was_initialized_keeps_its_run(self) -> None:
        workflow = diamond()
        lifecycle.initialize(workflow.pk)
        lifecycle.start(workflow.pk)
        workflow.refresh_from_db()
        assert workflow.run_id == 1

    def test_starting_twice_changes_nothing_the_second_time(self) -> None:
        workflow = diamond()
        lifecycle.start(workflow.pk)
        workflow.refresh_from_db()
        first = workflow.started_at
        assert lifecycle.start(workflow.pk) == []
        workflow.refresh_from_db()
        assert workflow.started_at == first
        assert Event.objects.filter(data__type="workflow_started").count() == 1

    def test_a_canceled_workflow_says_what_to_do(self) -> None:
        workflow = diamond()
        lifecycle.initialize(workflow.pk)
        lifecycle.cancel(workflow.pk, by="ada")
        refusal = refused("workflow_canceled", lambda: lifecycle.start(workflow.pk))
        assert "reset-status" in (refusal.hint or "")

    def test_a_complete_workflow_is_left_alone(self) -> None:
        workflow = factories.make_started_workflow(ended_at=timezone.now())
        factories.make_job(workflow, status=S.COMPLETED)
        assert lifecycle.start(workflow.pk) == []
        workflow.refresh_from_db()
        assert not workflow.is_active

    def test_whoever_wants_something_to_run_hears_that_all_has_ended(self) -> None:
        workflow = factories.make_started_workflow(ended_at=timezone.now())
        factories.make_job(workflow, status=S.FAILED)
        refusal = refused(
            "workflow_complete", lambda: lifecycle.start(workflow.pk, may_be_complete=False)
        )
        assert f"torc jobs rerun {workflow.pk}" in (refusal.hint or "")

    def test_a_workflow_without_jobs_ends_at_once(self) -> None:
        workflow = factories.make_workflow()
        lifecycle.start(workflow.pk)
        workflow.refresh_from_db()
        assert workflow.is_started
        assert workflow.ended_at is not None

    def test_a_workflow_whose_jobs_are_all_switched_off_starts(self) -> None:
        workflow = factories.make_workflow()
        factories.make_job(workflow, status=S.DISABLED)
        lifecycle.start(workflow.pk)
        workflow.refresh_from_db()
        assert workflow.is_active


class TestArchive:
    def test_it_is_put_away_and_taken_out_again(self) -> None:
        workflow = diamond()
        assert lifecycle.archive(workflow.pk).is_archived
        refused("workflow_archived", lambda: lifecycle.start(workflow.pk))
        assert not lifecycle.archive(workflow.pk, is_archived=False).is_archived

    def test_an_archived_workflow_does_not_start_jobs_later(self) -> None:
        job = factories.make_job(factories.make_started_workflow(), status=S.READY)
        refused("workflow_active", lambda: lifecycle.archive(job.workflow_id))
        lifecycle.cancel(job.workflow_id, by="ann")
        assert lifecycle.archive(job.workflow_id).is_archived

    def test_running_jobs_are_in_the_way(self) -> None:
        job = factories.make_job(factories.make_started_workflow(), status=S.READY)
        factories.make_open_result(job)
        refused("jobs_active", lambda: lifecycle.archive(job.workflow_id))
