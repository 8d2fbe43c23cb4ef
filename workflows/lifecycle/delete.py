"""Delete a workflow with everything in it."""

from __future__ import annotations

from jobs.models import Result
from specification.texts.counts import agree, counted
from workflows.creation.delete import remove
from workflows.errors import Refused
from workflows.lock import changing
from workflows.models import Workflow


def delete(workflow_id: int) -> None:
    """Delete a workflow with everything in it, its logs too.

    It disappears at once; its rows go in many short transactions after that.

    Raises:
        Refused: there is no such workflow, it is archived, or jobs of it are pending or running.
    """
    with changing(workflow_id):
        n_open = Result.objects.open().filter(workflow=workflow_id).count()
        if n_open:
            raise Refused(
                "workflow_active",
                f"{counted(n_open, 'job')} of workflow {workflow_id} {agree(n_open, 'is', 'are')} "
                "pending or running.",
                hint="Cancel the workflow and delete it when its jobs have ended.",
            )
        Workflow.objects.filter(pk=workflow_id).update(is_stored=False, is_started=False)
    remove(workflow_id)
