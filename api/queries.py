"""Rows by their ids, as far as the actor may see them: what is not there is a 404."""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from accounts.actors import Actor
from accounts.visibility import visible
from api.exceptions import Invalid
from jobs.models import FailureHandler, Job, ResourceRequirements
from workflows.models import Workflow

Row = TypeVar("Row", bound=Model)


def row_or_404(rows: QuerySet[Row], what: str, pk: int) -> Row:
    """Return the row with this id.

    Args:
        rows: what the actor may see; an id of anything else does not exist for them.
        what: what a person calls such a row.
        pk: the id.

    Raises:
        Http404: there is none.
    """
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404(f"There is no {what} {pk}.")
    return row


def visible_workflow(actor: Actor, workflow_id: int) -> Workflow:
    """Return a workflow that the actor may see.

    Raises:
        Http404: there is none with this id.
    """
    # The text of the spec may be megabytes, and no route here needs it.
    rows = Workflow.objects.visible_to(actor).defer("spec_text")
    return row_or_404(rows, "workflow", workflow_id)


def job_in_workflow(workflow: Workflow, job_id: int) -> Job:
    """Return a job of the workflow.

    Raises:
        Http404: there is none with this id.
    """
    return row_or_404(Job.objects.filter(workflow=workflow), "job", job_id)


def workflow_of_items(actor: Actor, workflow_ids: Sequence[int], most: int) -> Workflow:
    """Return the workflow that all items of a bulk request name.

    Raises:
        Invalid: there are no items, too many, or items of several workflows.
        Http404: the actor sees no such workflow.
    """
    if not workflow_ids or len(set(workflow_ids)) > 1:
        detail = "A request needs at least one item, and all its items name one workflow."
        hint = "Send one request for each workflow."
        raise Invalid("mixed_workflows", detail, pointer="/", hint=hint)
    if len(workflow_ids) > most:
        raise Invalid(
            "out_of_range",
            f"There are {len(workflow_ids):,} items; {most:,} are allowed in one request.",
            hint="Send them in several requests.",
            limit=most,
            actual=len(workflow_ids),
        )
    return visible_workflow(actor, workflow_ids[0])


def visible_job(actor: Actor, job_id: int) -> Job:
    """Return a job that the actor may see.

    Raises:
        Http404: there is none with this id.
    """
    return row_or_404(visible(Job.objects.all(), actor), "job", job_id)


def requirements_of(workflow_id: int, requirements_id: int | None) -> ResourceRequirements:
    """Return the workflow's requirements with this id, by default those named `default`.

    Raises:
        Http404: there are none.
    """
    if requirements_id is None:
        return ResourceRequirements.objects.default_of(workflow_id)
    rows = ResourceRequirements.objects.filter(workflow=workflow_id)
    return row_or_404(rows, "resource requirements", requirements_id)


def refuse_foreign_handler(workflow_id: int, handler_id: int | None) -> None:
    """Refuse a failure handler of another workflow.

    Raises:
        Http404: this workflow has none with this id.
    """
    if handler_id is not None:
        row_or_404(
            FailureHandler.objects.filter(workflow=workflow_id), "failure handler", handler_id
        )
