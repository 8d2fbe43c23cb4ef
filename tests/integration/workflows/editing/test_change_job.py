"""What may change about a job is decided by the update itself, not by what was read before."""

from collections.abc import Callable
from typing import Any

import pytest

from jobs.models import Job
from jobs.statuses import JobStatus
from tests import factories
from tests.integration.fingerprint import fingerprint
from tests.integration.workflows.diamond import refused
from workflows.editing.change_job import change_job

pytestmark = pytest.mark.django_db

S = JobStatus
INITIALIZED = [status for status in S if status not in (S.UNINITIALIZED, S.DISABLED)]
ENDED = (S.COMPLETED, S.FAILED, S.CANCELED, S.TERMINATED)


def moved_on(read: JobStatus, present: JobStatus) -> Job:
    """A job as it was read, which has another status by now."""
    job = factories.make_job(name="old", status=read, command="old")
    Job.objects.filter(pk=job.pk).update(status=present.value)
    return job


CHANGES: list[Callable[[Job], Any]] = [
    lambda job: change_job(job, {"name": "new"}),
    lambda job: change_job(job, {"command": "new"}),
    lambda job: change_job(job, {"env": {"A": "b"}, "priority": 3}),
    lambda job: change_job(job, {}, depends_on=[]),
    lambda job: change_job(job, {"supports_termination": True}, status=S.DISABLED),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_job_that_starts_meanwhile_is_not_changed(change: Callable[[Job], Any]) -> None:
    job = moved_on(S.UNINITIALIZED, S.RUNNING)
    before = fingerprint()
    refusal = refused("job_initialized", lambda: change(job))
    assert "Job 'old' is running" in refusal.detail
    assert fingerprint() == before


@pytest.mark.parametrize("present", INITIALIZED)
def test_only_the_command_can_change_again_after_the_end(present: JobStatus) -> None:
    job = moved_on(S.UNINITIALIZED, present)
    assert refused("job_initialized", lambda: change_job(job, {"name": "new"})).field == "name"
    if present in ENDED:
        change_job(job, {"command": "new"})
        job.refresh_from_db()
        assert (job.command, job.status) == ("new", present)
        assert job.command_revision == job.workflow.revision
    else:
        refused("job_initialized", lambda: change_job(job, {"command": "new"}))


@pytest.mark.parametrize("present", S)
def test_priority_and_requirements_change_at_any_time(present: JobStatus) -> None:
    job = moved_on(S.UNINITIALIZED, present)
    requirement = factories.make_requirement(job.workflow)
    change_job(job, {"priority": 7, "requirements_id": requirement.pk})
    job.refresh_from_db()
    assert (job.priority, job.requirements, job.status) == (7, requirement, present)


@pytest.mark.parametrize("present", S)
def test_what_does_not_run_and_has_not_ended_can_be_disabled(present: JobStatus) -> None:
    job = moved_on(S.READY, present)
    if present in (S.UNINITIALIZED, S.DISABLED, S.BLOCKED, S.READY):
        change_job(job, {}, status=S.DISABLED)
        assert Job.objects.get().status == S.DISABLED
    else:
        refused("status_not_settable", lambda: change_job(job, {}, status=S.DISABLED))
        assert Job.objects.get().status == present


@pytest.mark.parametrize("wanted", S)
def test_a_disabled_job_can_only_be_made_uninitialized(wanted: JobStatus) -> None:
    job = factories.make_job(status=S.DISABLED)
    if wanted in (S.UNINITIALIZED, S.DISABLED):
        change_job(job, {}, status=wanted)
        assert Job.objects.get().status == wanted
    else:
        refused("status_not_settable", lambda: change_job(job, {}, status=wanted))


def test_a_job_that_was_deleted_meanwhile_is_missing() -> None:
    job = factories.make_job()
    Job.objects.all().delete()
    assert refused("job_not_found", lambda: change_job(job, {"name": "new"})).kind == "missing"
