"""What an ended job used that has changed since: the reasons why jobs are stale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from database.sql import fetch
from jobs.scheduling.commands import resolved_commands
from jobs.statuses import JobStatus
from workflows.lifecycle.files_on_disk import Sightings
from workflows.models import Workflow
from workflows.stale.changed_files import changed_files, changed_files_on_disk
from workflows.stale.changed_values import changed_values
from workflows.stale.stale_reason import ENDED, StaleReason, StaleReasonOfJob


def find_reasons(workflow: Workflow, sightings: Sightings) -> dict[int, list[StaleReason]]:
    """Return by job id the reasons of each job that has one of its own.

    The number of queries does not grow with the jobs.

    Args:
        workflow: whose jobs.
        sightings: what is known of files on the disk, empty if nobody has looked.
    """
    reasons: defaultdict[int, list[StaleReason]] = defaultdict(list)
    for job_id, reason in _all_reasons(workflow, sightings):
        reasons[job_id].append(reason)
    return dict(reasons)


def _all_reasons(workflow: Workflow, sightings: Sightings) -> Iterator[StaleReasonOfJob]:
    yield from _changed_commands(workflow.pk)
    yield from changed_values(workflow)
    yield from changed_files(workflow.pk)
    if sightings:
        yield from changed_files_on_disk(workflow.pk, sightings)
    yield from _empty_outputs(workflow.pk)


class _Command(NamedTuple):
    """The command of a job, and the one that its last ended attempt ran."""

    job_id: int
    command: str
    command_that_ran: str


def _changed_commands(workflow_id: int) -> Iterator[StaleReasonOfJob]:
    sql = f"""
        SELECT j.id, j.command, r.command FROM jobs_job j
        JOIN jobs_result r ON r.id = (SELECT max(x.id) FROM jobs_result x
                                      WHERE x.job_id = j.id AND x.ended_at IS NOT NULL)
        WHERE j.workflow_id = %s AND j.command_revision > 0 AND j.status IN {ENDED}
          AND j.command_revision > r.opened_revision"""
    rows = [_Command(*row) for row in fetch(sql, [workflow_id])]
    commands = resolved_commands((row.job_id, workflow_id, row.command) for row in rows)
    for row in rows:
        if commands[row.job_id] != row.command_that_ran:
            reason = StaleReason("command", "its command has changed")
            yield StaleReasonOfJob(row.job_id, reason)


class _EmptyOutput(NamedTuple):
    """User data without a value that a completed job should have written."""

    job_id: int
    user_data_id: int
    name: str


def _empty_outputs(workflow_id: int) -> Iterator[StaleReasonOfJob]:
    sql = f"""
        SELECT l.job_id, u.id, u.name FROM userdata_userdata u
        JOIN jobs_jobuserdata l ON l.user_data_id = u.id AND l.is_output
        JOIN jobs_job j ON j.id = l.job_id AND j.status = {JobStatus.COMPLETED.value}
        WHERE u.workflow_id = %s AND u.data = 'null' ORDER BY u.id"""
    for row in map(_EmptyOutput._make, fetch(sql, [workflow_id])):
        sentence = f"its output {row.name} is null"
        yield StaleReasonOfJob(row.job_id, StaleReason("output", sentence, row.user_data_id))
