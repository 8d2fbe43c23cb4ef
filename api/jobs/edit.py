"""Changing a job: what a body may hold, and what of it is new."""

from collections.abc import Mapping
from typing import Any

from api.body_checks import refuse, refuse_changed, refuse_env, refuse_null, refuse_unsupported
from api.jobs.jobs_schemas import JobChange
from api.names import new_name
from api.queries import refuse_foreign_handler, requirements_of
from api.schemas import Fields
from jobs.models import Job
from jobs.statuses import JobStatus
from specification.names import check_command
from workflows.editing import change_job as editing

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
BEFORE_INITIALIZE = (
    *("name", "command", "env", "cancel_on_blocking_job_failure", "supports_termination"),
    "depends_on_job_ids",
)


def change_job(job: Job, body: JobChange, current: Fields) -> None:
    """Change a job.

    Args:
        job: the job as it was read.
        body: what is to change.
        current: the job as clients see it; what comes back as it was is no change.

    Raises:
        Invalid: a field cannot be that, or cannot be set at all.
        Conflict: the name is taken.
        Refused: the job's status does not allow the change, or the workflow is archived.
        Http404: an id is not one of its workflow.
    """
    early = _early_changes(body, current)
    depends_on = early.pop("depends_on_job_ids", None)
    columns = _checked(job, early) | _any_time(job, body)
    has_status = body.status is not None and body.status != current["status"]
    status = JobStatus.of_word(str(body.status)) if has_status else None
    if columns or depends_on is not None or status is not None:
        editing.change_job(job, columns, depends_on=depends_on, status=status)


def _early_changes(body: JobChange, current: Fields) -> dict[str, Any]:
    """Return what is to change that cannot change at any time."""
    refuse_unsupported(body, UNSUPPORTED)
    refuse_changed(body, current, FIXED)
    refuse_null(body, ("name", "command", "priority", "resource_requirements_id", "status"))
    return {
        name: value
        for name, value in body.given(*BEFORE_INITIALIZE).items()
        if value is not None and value != current[name]
    }


def _checked(job: Job, changes: dict[str, Any]) -> dict[str, Any]:
    if "name" in changes:
        siblings = Job.objects.filter(workflow=job.workflow_id)
        changes["name"] = new_name(siblings, changes["name"])
    if "command" in changes:
        refuse(check_command(changes["command"]), "/command")
    if "env" in changes:
        refuse_env(changes["env"], "/env")
    return changes


def _any_time(job: Job, body: JobChange) -> dict[str, Any]:
    columns = body.given(*ANY_TIME)
    if body.resource_requirements_id is not None:
        requirements = requirements_of(job.workflow_id, body.resource_requirements_id)
        columns["requirements_id"] = requirements.pk
    if "failure_handler_id" in body.model_fields_set:
        refuse_foreign_handler(job.workflow_id, body.failure_handler_id)
        columns["failure_handler_id"] = body.failure_handler_id
    return columns
