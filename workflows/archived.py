"""What an archived workflow refuses: every change."""

from __future__ import annotations

from workflows.errors import Refused
from workflows.models import Workflow


def refuse_archived(workflow: Workflow) -> None:
    """Refuse to change an archived workflow.

    Raises:
        Refused: it is archived.
    """
    if workflow.is_archived:
        detail = f"Workflow {workflow.pk} is archived, so nothing about it can change."
        request = f"POST /workflows/{workflow.pk}/archive"
        hint = f'Unarchive it first: {request} with {{"is_archived": false}}.'
        raise Refused("workflow_archived", detail, hint=hint)
