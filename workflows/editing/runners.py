"""The runners of Torc clients, which serve one workflow; our workers keep their own rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from jobs.models import ComputeNode
from workflows.lock import changing


def add_runner(workflow_id: int, **columns: Any) -> ComputeNode:
    """Store a runner that has just started.

    Raises:
        Refused: the workflow is archived.
    """
    with changing(workflow_id):
        return ComputeNode.objects.create(
            workflow_id=workflow_id, started_at=timezone.now(), **columns
        )


def change_runner(
    workflow_id: int, node_id: int, columns: Mapping[str, Any], details: Mapping[str, Any]
) -> None:
    """Change a runner.

    Args:
        workflow_id: which it serves.
        node_id: the runner.
        columns: column -> its new value.
        details: key -> its new value; other details stay.

    Raises:
        Refused: the workflow is archived.
    """
    with changing(workflow_id):
        row = ComputeNode.objects.select_for_update().get(pk=node_id, workflow=workflow_id)
        for name, value in columns.items():
            setattr(row, name, value)
        row.details = {**row.details, **details}
        row.save(update_fields=[*columns, "details"])


def delete_runners(workflow_id: int, node_ids: Sequence[int] | None = None) -> int:
    """Delete runners and return how many there were.

    Args:
        workflow_id: which they serve.
        node_ids: which; None means all.

    Raises:
        Refused: the workflow is archived.
    """
    rows = ComputeNode.objects.filter(workflow=workflow_id)
    if node_ids is not None:
        rows = rows.filter(pk__in=node_ids)
    with changing(workflow_id):
        n_rows = rows.count()
        rows.delete()
    return n_rows
