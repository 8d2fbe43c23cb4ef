"""Changing a job that exists: what may change when, and what follows from it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from api.body_checks import refuse, refuse_changed, refuse_env, refuse_null, refuse_unsupported
from api.exceptions import Conflict
from api.jobs.jobs_schemas import JobChange
from api.names import checked_names
from api.queries import refuse_foreign_handler, requirements_of
from api.schemas import Fields
from api.userdata.shared import graph_changed
from jobs.models import Job, JobFile, JobUserData
from jobs.statuses import COMPLETE, JobStatus
from specification.names import check_command
from userdata.models import present_revision
from workflows.editing import jobs
from workflows.editing.command_tokens import mentioned_links
from workflows.models import Workflow

UNSUPPORTED: Mapping[str, Any] = {
    "invocation_script": "",
    "origin": "",
    "scheduler_id": None,
    "schedule_compute_nodes": None,
}
"""Torc's fields without effect here, with what asks for nothing."""

FIXED = (
    *("id", "workflow_id", "attempt_id", "compute_node_id", "start_time", "reason", "parameters"),
    *("input_file_ids", "output_file_ids", "input_user_data_ids", "output_user_data_ids"),
)
ANY_TIME = ("priority",)
BEFORE_INITIALISE = (
    *("name", "command", "env", "cancel_on_blocking_job_failure", "supports_termination"),
    "depends_on_job_ids",
)
AFTER_END = ("command",)
"""What may change again once a job has ended, which makes it stale."""
RESTING = (JobStatus.UNINITIALIZED, JobStatus.DISABLED)
SWITCHABLE = (*RESTING, JobStatus.BLOCKED, JobStatus.READY)


def change_job(job: Job, body: JobChange, current: Fields) -> None:
    """Change a job.

    Args:
        job: the job as it was read.
        body: what is to change.
        current: the job as clients see it; what comes back as it was is no change.

    Raises:
        Invalid: a field cannot be that, or cannot be set at all.
        Conflict: the job is initialised already.
        Http404: an id is not one of its workflow.
    """
    early = _early_changes(job, body, current)
    depends_on = early.pop("depends_on_job_ids", None)
    columns = _checked(job, early) | _any_time(job, body)
    with transaction.atomic():
        Workflow.objects.filter(pk=job.workflow_id).touch()
        if depends_on is not None:
            jobs.change_dependencies(job.pk, depends_on)
        if body.status is not None and body.status != current["status"]:
            _switch(job, JobStatus.of_word(body.status))
        if "command" in columns:
            columns["command_revision"] = present_revision(Job)
            _link_tokens(job, columns["command"])
        if columns:
            Job.objects.filter(pk=job.pk).update(**columns)


def _early_changes(job: Job, body: JobChange, current: Fields) -> dict[str, Any]:
    """Return what is to change that cannot change at any time."""
    refuse_unsupported(body, UNSUPPORTED)
    refuse_changed(body, current, FIXED)
    refuse_null(body, ("name", "command", "priority", "resource_requirements_id", "status"))
    early = {
        name: value
        for name, value in body.given(*BEFORE_INITIALISE).items()
        if value is not None and value != current[name]
    }
    _refuse_initialized(job, early)
    return early


def _refuse_initialized(job: Job, changes: Mapping[str, Any]) -> None:
    status = JobStatus(job.status)
    free = BEFORE_INITIALISE if status in RESTING else AFTER_END if status in COMPLETE else ()
    refused = sorted(set(changes).difference(free))
    if refused:
        raise Conflict(
            "job_initialized",
            f"Job '{job.name}' is {status.word}, so {', '.join(refused)} cannot change.",
            pointer=f"/{refused[0]}",
            hint="Reset the job's status first: POST /workflows/ID/reset_job_status.",
        )


def _checked(job: Job, changes: dict[str, Any]) -> dict[str, Any]:
    if "name" in changes:
        changes["name"] = checked_names(_siblings(job), [changes["name"]])[0]
    if "command" in changes:
        refuse(check_command(changes["command"]), "/command")
    if "env" in changes:
        refuse_env(changes["env"], "/env")
    return changes


def _siblings(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(workflow=job.workflow_id)


def _any_time(job: Job, body: JobChange) -> dict[str, Any]:
    columns = body.given(*ANY_TIME)
    if body.resource_requirements_id is not None:
        requirements = requirements_of(job.workflow_id, body.resource_requirements_id)
        columns["requirements_id"] = requirements.pk
    if "failure_handler_id" in body.model_fields_set:
        refuse_foreign_handler(job.workflow_id, body.failure_handler_id)
        columns["failure_handler_id"] = body.failure_handler_id
    return columns


def _switch(job: Job, wanted: JobStatus) -> None:
    """Switch a job off, or back on; every other status is the engine's to give.

    Raises:
        Conflict: it is another status, or the job has gone on meanwhile.
    """
    rows = Job.objects.filter(pk=job.pk)
    if wanted is JobStatus.DISABLED:
        changed = rows.with_status(*SWITCHABLE).update(
            status=wanted.value, ready_at=None, reason="Disabled by a person."
        )
    elif wanted is JobStatus.UNINITIALIZED:
        changed = rows.with_status(JobStatus.DISABLED).update(status=wanted.value, reason="")
    else:
        changed = 0
    if not changed:
        raise Conflict(
            "status_not_settable",
            f"Job '{job.name}' is {job.status_word} and cannot be made {wanted.word}.",
            pointer="/status",
            hint="A job that does not run can be disabled, a disabled one made uninitialized.",
        )


def _link_tokens(job: Job, command: str) -> None:
    """Make the files and user data that a new command names inputs and outputs of its job."""
    named = mentioned_links(job.workflow_id, [command])[0]
    for direction, is_output in (("input", False), ("output", True)):
        JobFile.objects.bulk_create(
            (
                JobFile(job=job, file_id=pk, is_output=is_output)
                for pk in named.get(f"{direction}_file_ids", ())
            ),
            ignore_conflicts=True,
        )
        JobUserData.objects.bulk_create(
            (
                JobUserData(job=job, user_data_id=pk, is_output=is_output)
                for pk in named.get(f"{direction}_user_data_ids", ())
            ),
            ignore_conflicts=True,
        )
    graph_changed(job.workflow_id)
