"""What both kinds of data have in common: names, their workflow, and the jobs that use them."""

from django.db import transaction
from django.db.models import QuerySet

from api.exceptions import Conflict
from jobs.models import JobFile, JobUserData, Result
from userdata.models import File, UserData
from workflows.models import Workflow


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
