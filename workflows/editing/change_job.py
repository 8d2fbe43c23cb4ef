"""Change a job: what may change in which status, decided by the update itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jobs.models import Job, JobFile, JobUserData
from jobs.statuses import COMPLETE, DISABLE, ENABLE, JobStatus
from userdata.models import present_revision
from workflows.editing.dependencies import replace_dependencies
from workflows.editing.mentioned_data import mentioned_links
from workflows.errors import Refused
from workflows.lock import changing
from workflows.models import Workflow

AT_ANY_TIME = frozenset({"priority", "requirements_id", "failure_handler_id"})
"""Columns that count from the next attempt on."""
AFTER_ITS_END = frozenset({"command"})
"""Columns that may also change once a job has ended, which makes it stale. All others may only
change while it is not initialized."""
RESTING = frozenset({JobStatus.UNINITIALIZED, JobStatus.DISABLED})
SWITCHES: Mapping[JobStatus, tuple[frozenset[JobStatus], Mapping[str, Any]]] = {
    JobStatus.DISABLED: (
        DISABLE.sources | {JobStatus.DISABLED},
        {"ready_at": None, "reason": "Disabled by a person."},
    ),
    JobStatus.UNINITIALIZED: (ENABLE.sources, {"reason": ""}),
}
"""A status that a person may give -> (the statuses it may follow, what else is stored)."""


def change_job(
    job: Job,
    columns: Mapping[str, Any],
    *,
    depends_on: Sequence[int] | None = None,
    status: JobStatus | None = None,
) -> None:
    """Change a job, all of it or nothing.

    A job that goes on while this is decided is not changed: the update itself looks at the status.

    Args:
        job: the job as it was read; its status may be another by now.
        columns: column -> its new value, checked.
        depends_on: ids of the jobs it waits for instead of those named before.
        status: `disabled`, or `uninitialized` for a disabled job.

    Raises:
        Refused: something cannot change in the job's present status, an id or name is not one of
            the workflow, or that is archived.
    """
    fields = {*columns, *(() if depends_on is None else ("depends_on_job_ids",))} - AT_ANY_TIME
    allowed, changes = _update_of(fields, columns, status)
    with changing(job.workflow_id):
        if not _update(job.pk, allowed, changes):
            raise _refusal(job, fields, status)
        if depends_on is not None:
            replace_dependencies(job.workflow_id, job.pk, depends_on)
        if "command" in columns:
            _link_tokens(job, columns["command"])


def _update_of(
    fields: set[str], columns: Mapping[str, Any], status: JobStatus | None
) -> tuple[frozenset[JobStatus], dict[str, Any]]:
    """Return the statuses that allow a change, and all columns that it changes."""
    allowed, changes = _statuses_for(fields), dict(columns)
    if "command" in changes:
        changes["command_revision"] = present_revision(Job)
    if status is not None:
        before, more = SWITCHES.get(status, (frozenset(), {}))
        allowed &= before
        changes |= {"status": status.value, **more}
    return allowed, changes


def _statuses_for(fields: set[str]) -> frozenset[JobStatus]:
    if not fields:
        return frozenset(JobStatus)
    return RESTING | COMPLETE if fields <= AFTER_ITS_END else RESTING


def _update(job_id: int, allowed: frozenset[JobStatus], changes: Mapping[str, Any]) -> bool:
    """Store changes if the job has one of these statuses, and hold it; return whether it has."""
    jobs = Job.objects.filter(pk=job_id).with_status(*allowed)
    if changes:
        return bool(jobs.update(**changes))
    return jobs.select_for_update().first() is not None


def _refusal(job: Job, fields: set[str], status: JobStatus | None) -> Refused:
    """Return why a change was not made, in words about the status that was in the way."""
    present = Job.objects.filter(pk=job.pk).values_list("status", flat=True).first()
    if present is None:
        return Refused("job_not_found", f"There is no job {job.pk}.", kind="missing")
    word = JobStatus(present).word
    names = [name for name in sorted(fields) if present not in _statuses_for({name})]
    if names or status is None:
        return Refused(
            "job_initialized",
            f"Job '{job.name}' is {word}, so {', '.join(names or sorted(fields))} cannot change.",
            hint="Reset the job's status first: POST /workflows/ID/reset_job_status.",
            field=(names or sorted(fields))[0],
        )
    return Refused(
        "status_not_settable",
        f"Job '{job.name}' is {word} and cannot be made {status.word}.",
        hint="A job that does not run can be disabled, a disabled one made uninitialized.",
        field="status",
    )


def _link_tokens(job: Job, command: str) -> None:
    """Make the files and user data that a new command names inputs and outputs of its job."""
    ids = mentioned_links(job.workflow_id, [command])[0]
    for direction, is_output in (("input", False), ("output", True)):
        JobFile.objects.bulk_create(
            (
                JobFile(job=job, file_id=pk, is_output=is_output)
                for pk in ids.get(f"{direction}_file_ids", ())
            ),
            ignore_conflicts=True,
        )
        JobUserData.objects.bulk_create(
            (
                JobUserData(job=job, user_data_id=pk, is_output=is_output)
                for pk in ids.get(f"{direction}_user_data_ids", ())
            ),
            ignore_conflicts=True,
        )
    Workflow.objects.filter(pk=job.workflow_id).graph_changed()
