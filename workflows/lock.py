"""Holding a workflow while it is changed, and noting what a person did to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.models import Event
from workflows.archived import refuse_archived
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.revision import end_complete


@contextmanager
def locked(workflow_id: int, *, even_archived: bool = False) -> Iterator[Workflow]:
    """Hold a workflow for one transaction, before any other row is locked.

    Args:
        workflow_id: the workflow.
        even_archived: for the few actions that an archived workflow allows.

    Raises:
        Refused: there is no such workflow, or it is archived.
    """
    with transaction.atomic():
        rows = Workflow.objects.select_for_update().filter(pk=workflow_id, is_stored=True)
        workflow = rows.defer("spec_text").first()  # it may be megabytes
        if workflow is None:
            raise workflow_not_found(workflow_id)
        if not even_archived:
            refuse_archived(workflow)
        yield workflow


@contextmanager
def change_to(workflow: Workflow) -> Iterator[None]:
    """Do what every change of a locked workflow, or of what belongs to it, has to do.

    The revision grows before the block, because rows that are changed in it may store the new one.
    After it a started workflow that has no unfinished job gets its end.

    Args:
        workflow: as `locked` gives it.
    """
    Workflow.objects.filter(pk=workflow.pk).touch()
    yield
    end_complete([workflow.pk], timezone.now())


@contextmanager
def changing(workflow_id: int, *, even_archived: bool = False) -> Iterator[Workflow]:
    """Lock a workflow and change it: `locked` and `change_to` in one.

    Whoever changes a workflow does it in here, so that nobody has to remember the rest. An
    exception undoes all of it. Arguments and exceptions are those of the two.
    """
    with locked(workflow_id, even_archived=even_archived) as workflow, change_to(workflow):
        yield workflow


@contextmanager
def changing_data(workflow_id: int) -> Iterator[None]:
    """Lock a workflow and change a value in it: as `changing`, in one statement.

    Jobs do that all the time. The update of the revision takes the lock; the workflow is not read,
    and it cannot end by it.

    Raises:
        Refused: there is no such workflow, or it is archived.
    """
    with transaction.atomic():
        changeable = Workflow.objects.filter(pk=workflow_id, is_stored=True, is_archived=False)
        if not changeable.touch():
            with changing(workflow_id):  # raises, and says why
                pass
        yield


def workflow_not_found(workflow_id: int) -> Refused:
    """Return the refusal of an id that no stored workflow has."""
    return Refused("workflow_not_found", f"There is no workflow {workflow_id}.", kind="missing")


def note(workflow: Workflow, event_type: str, by: str, **data: Any) -> None:
    """Store an event that says what a person did.

    Args:
        workflow: which `changing` holds.
        event_type: what was done, in Torc's words.
        by: who did it.
        data: more to tell, as JSON.
    """
    fields = {"category": "user_action", "type": event_type, "by": by, **data}
    timestamp = int(timezone.now().timestamp() * 1000)
    Event.objects.create(workflow=workflow, timestamp=timestamp, data=fields)
