"""What both kinds of data have in common: names, their workflow, and the jobs that use them."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Model, QuerySet

from accounts.actors import Actor
from api.problems import Conflict, Invalid, one, refuse
from jobs.models import Job, JobFile, JobUserData, Result
from specification.names import check_name, normal
from userdata.models import File, UserData
from workflows.models import Workflow


def workflow_of(actor: Actor, workflow_id: int) -> Workflow:
    """Return a workflow that the actor may see.

    Raises:
        Http404: there is none with this id.
    """
    # The text of the spec may be megabytes, and no route here needs it.
    rows = Workflow.objects.visible_to(actor).defer("spec_text")
    return one(rows, "workflow", workflow_id)


def job_of(workflow: Workflow, job_id: int) -> Job:
    """Return a job of the workflow.

    Raises:
        Http404: there is none with this id.
    """
    return one(Job.objects.filter(workflow=workflow), "job", job_id)


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


def of_one_workflow(actor: Actor, workflow_ids: Sequence[int], most: int) -> Workflow:
    """Return the workflow that all items of a bulk request belong to.

    Raises:
        Invalid: there are none, too many, or of several workflows.
        Http404: the actor sees no such workflow.
    """
    if not workflow_ids or len(set(workflow_ids)) > 1:
        detail = "All items of one request belong to one workflow, and there is at least one."
        raise Invalid("mixed_workflows", detail)
    if len(workflow_ids) > most:
        raise Invalid(
            "out_of_range",
            f"There are {len(workflow_ids)} items; {most} are allowed at a time.",
            hint="Send them in several requests.",
            limit=most,
            actual=len(workflow_ids),
        )
    return workflow_of(actor, workflow_ids[0])


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
