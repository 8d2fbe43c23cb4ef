"""Add, change and delete the events that clients note in a workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jobs.models import Event
from workflows.lock import changing


def add_event(workflow_id: int, *, timestamp: int, data: Mapping[str, Any]) -> Event:
    """Store an event.

    Args:
        workflow_id: where it happened.
        timestamp: when, in milliseconds since 1970.
        data: what happened.

    Raises:
        Refused: the workflow is archived.
    """
    with changing(workflow_id):
        return Event.objects.create(workflow_id=workflow_id, timestamp=timestamp, data=data)


def change_event(row: Event, changes: Mapping[str, Any]) -> None:
    """Change the `timestamp` or `data` of an event, and bring `row` up to date.

    Raises:
        Refused: the workflow is archived.
    """
    with changing(row.workflow_id):
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(update_fields=list(changes))


def delete_events(workflow_id: int, event_ids: Sequence[int] | None = None) -> int:
    """Delete events and return how many there were.

    Args:
        workflow_id: whose they are.
        event_ids: which; None means all.

    Raises:
        Refused: the workflow is archived.
    """
    rows = Event.objects.filter(workflow=workflow_id)
    if event_ids is not None:
        rows = rows.filter(pk__in=event_ids)
    with changing(workflow_id):
        n_rows, _ = rows.delete()
    return n_rows
