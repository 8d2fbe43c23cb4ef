"""What both kinds of data have in common: names, their workflow, and the jobs that use them."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Model, QuerySet

from api.body_checks import refuse
from api.exceptions import Conflict, Invalid
from jobs.models import JobFile, JobUserData, Result
from specification.names import check_name, normal
from userdata.models import File, UserData
from workflows.models import Workflow


def checked_names(
    model: type[Model], workflow_id: int, names: Sequence[str], at: str = ""
) -> list[str]:
    """Return names as they are stored.

    Args:
        model: whose names.
        workflow_id: where they must be new.
        names: as they were sent.
        at: where they stand in the body, with `{}` for the position.

    Raises:
        Invalid: a name breaks the rules, or is there twice.
        Conflict: a name is taken.
    """
    stored = [normal(name) for name in names]
    for position, name in enumerate(names):
        refuse(check_name(name), f"{at.format(position)}/name")
    if len(set(stored)) < len(stored):
        twice = next(name for name in stored if stored.count(name) > 1)
        raise Invalid("duplicate_name", f"The name '{twice}' is there twice.", pointer="/")
    rows = model._default_manager.filter(workflow_id=workflow_id, name__in=stored[:500])
    if found := rows.values_list("name", flat=True).first():
        raise Conflict(
            "name_taken",
            f"The workflow has one named '{found}' already.",
            pointer=f"{at.format(stored.index(found))}/name",
            hint="Choose another name, or change the one that is there.",
        )
    return stored


def graph_changed(workflow_id: int) -> None:
    """Remember that who waits for whom has to be found out anew."""
    Workflow.objects.filter(pk=workflow_id).update(is_graph_stale=True)


def refuse_while_active(workflow: Workflow) -> None:
    """Refuse to take data away from under jobs that may run at any moment.

    Raises:
        Conflict: the workflow is active, or jobs of it still run.
    """
    if workflow.is_active or Result.objects.open().filter(workflow=workflow).exists():
        raise Conflict(
            "workflow_active",
            f"Workflow {workflow.pk} is running, and its jobs may need this.",
            hint="Cancel it, or wait for its end.",
        )


def remove(
    workflow: Workflow,
    rows: QuerySet[File] | QuerySet[UserData],
    links: QuerySet[JobFile] | QuerySet[JobUserData],
) -> int:
    """Delete files or user data of a workflow that is not running; how many there were.

    Args:
        workflow: whose they are.
        rows: what to delete.
        links: of jobs to these.

    Raises:
        Conflict: the workflow is active, or jobs of it still run.
    """
    with transaction.atomic():
        Workflow.objects.filter(pk=workflow.pk).touch()
        refuse_while_active(workflow)
        if links.exists():
            graph_changed(workflow.pk)
        count = rows.count()
        rows.delete()
    return count
