"""Start a workflow: from now on workers take its ready jobs."""

from __future__ import annotations

from django.utils import timezone

from jobs.scheduling.fill import fill
from jobs.scheduling.open_attempts import OpenedAttempt
from workflows.errors import Refused
from workflows.lifecycle.files_on_disk import Sightings
from workflows.lifecycle.initialize import initialize_locked, see_inputs_first
from workflows.lifecycle.job_progress import is_uninitialized, unfinished_jobs
from workflows.lock import change_to, locked, note
from workflows.models import Workflow


def start(
    workflow_id: int, *, force: bool = False, by: str = "", may_be_complete: bool = True
) -> list[OpenedAttempt]:
    """Let workers take the ready jobs; initialize first if no job is initialized.

    A workflow that is active stays as it is.

    Args:
        workflow_id: the workflow.
        force: initialize even if inputs are missing.
        by: whose name the event gets.
        may_be_complete: leave a workflow alone whose jobs have all ended, instead of refusing.

    Returns:
        attempts that are to be published after the commit.

    Raises:
        Refused: archived, canceled, complete, or the initialize that it needs is refused.
    """
    seen: Sightings = {}
    if is_uninitialized(workflow_id):
        seen = see_inputs_first(workflow_id, only_uninitialized=False, force=force)
    with locked(workflow_id) as workflow:
        _refuse_canceled(workflow)
        if not workflow.is_active:
            with change_to(workflow):
                if is_uninitialized(workflow_id):
                    initialize_locked(workflow, seen, everything=True, by=by)
                if _has_work(workflow):
                    _mark_started(workflow, by)
                elif not may_be_complete:
                    raise _complete(workflow_id)
        return fill(timezone.now())


def _refuse_canceled(workflow: Workflow) -> None:
    if workflow.is_canceled:
        raise Refused(
            "workflow_canceled",
            f"Workflow {workflow.pk} was canceled.",
            hint=f"Run `torc workflows reset-status {workflow.pk}`, then start it again.",
        )


def _complete(workflow_id: int) -> Refused:
    return Refused(
        "workflow_complete",
        f"Workflow {workflow_id} is complete, so there is nothing to start.",
        hint=f"Run jobs again with `torc jobs rerun {workflow_id}`, or reset all of them with "
        f"`torc workflows initialize {workflow_id}`, then start it.",
    )


def _has_work(workflow: Workflow) -> bool:
    """Something is left to do, or there never was anything."""
    return not workflow.is_started or unfinished_jobs(workflow.pk).exists()


def _mark_started(workflow: Workflow, by: str) -> None:
    now = timezone.now()
    workflow.is_started, workflow.started_at, workflow.ended_at = True, now, None
    workflow.save(update_fields=["is_started", "started_at", "ended_at"])
    note(workflow, "workflow_started", by, run_id=workflow.run_id)
