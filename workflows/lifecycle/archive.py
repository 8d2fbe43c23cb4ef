"""Archive a workflow, or unarchive it."""

from __future__ import annotations

from workflows import stop_attempts
from workflows.errors import Refused
from workflows.lifecycle.job_progress import unfinished_jobs
from workflows.lock import changing, note
from workflows.models import Workflow


def archive(workflow_id: int, *, is_archived: bool = True, by: str = "") -> Workflow:
    """Archive a workflow of which nothing runs and nothing will start, or unarchive it.

    Args:
        workflow_id: the workflow.
        is_archived: false unarchives it.
        by: whose name the event gets.

    Raises:
        Refused: jobs of it are pending or running, or workers may start some at any moment.
    """
    with changing(workflow_id, even_archived=True) as workflow:
        if is_archived:
            stop_attempts.refuse_running(workflow_id)
            _refuse_active(workflow)
        workflow.is_archived = is_archived
        workflow.save(update_fields=["is_archived"])
        note(workflow, "workflow_archived" if is_archived else "workflow_unarchived", by)
    return workflow


def _refuse_active(workflow: Workflow) -> None:
    may_start = workflow.is_active and not workflow.is_canceled
    if may_start and unfinished_jobs(workflow.pk).exists():
        raise Refused(
            "workflow_active",
            f"Workflow {workflow.pk} is started, and not all of its jobs have ended.",
            hint="Cancel it, or wait for its end.",
        )
