"""Change what a workflow says of itself, and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.archived import refuse_archived
from workflows.lock import changing
from workflows.models import Workflow

DESCRIPTION = frozenset({"description", "project", "metadata"})
"""Columns that an archived workflow lets change: they help to find it again."""


def change_workflow(
    workflow_id: int, columns: Mapping[str, Any], options: Mapping[str, Any]
) -> Workflow:
    """Change a workflow.

    Args:
        workflow_id: the workflow.
        columns: column -> its new value, checked.
        options: Torc's remaining fields that are to change; the others stay.

    Raises:
        Refused: it is archived, and more than its description would change.
    """
    with changing(workflow_id, even_archived=True) as workflow:
        given = {**columns, "options": {**workflow.options, **options}}
        changes = {name: new for name, new in given.items() if getattr(workflow, name) != new}
        if not DESCRIPTION.issuperset(changes):
            refuse_archived(workflow)
        for name, value in changes.items():
            setattr(workflow, name, value)
        workflow.save(update_fields=list(changes))
    return workflow
