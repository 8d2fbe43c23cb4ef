"""Holding a workflow while it is changed, and saying what was done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.models import Event
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.revision import end_complete, raise_revisions


def lock_workflow(workflow_id: int) -> Workflow:
    """The workflow, held until the end of the caller's transaction; before any other row.

    Raises:
        Refused: there is no such workflow.
    """
    rows = Workflow.objects.select_for_update().filter(pk=workflow_id, is_stored=True)
    found = rows.defer("spec_text").first()  # it may be megabytes
    if found is None:
        raise Refused("workflow_not_found", f"There is no workflow {workflow_id}.", kind="missing")
    return found


@contextmanager
def locked(workflow_id: int) -> Iterator[Workflow]:
    """One transaction that holds the workflow.

    Raises:
        Refused: there is no such workflow.
    """
    with transaction.atomic():
        yield lock_workflow(workflow_id)


def note(workflow: Workflow, event_type: str, by: str, **data: Any) -> None:
    """Record what a person did; bump the revision and note the end of a complete workflow."""
    said = {"category": "user_action", "type": event_type, "by": by, **data}
    now = timezone.now()
    timestamp = int(now.timestamp() * 1000)
    Event.objects.create(workflow=workflow, timestamp=timestamp, data=said)
    raise_revisions([workflow.pk])
    end_complete([workflow.pk], now)


def refuse_archived(workflow: Workflow) -> None:
    """Refuse to change what was put away.

    Raises:
        Refused: the workflow is archived.
    """
    if workflow.is_archived:
        hint = f"Take it out with `torc workflows archive false {workflow.pk}`."
        raise Refused("workflow_archived", f"Workflow {workflow.pk} is archived.", hint=hint)
