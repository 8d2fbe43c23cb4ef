"""Delete files or user data of a workflow that is not running."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from jobs.models import JobFile, JobUserData, Result
from userdata.models import File, UserData
from workflows.errors import Refused
from workflows.lock import changing
from workflows.models import Workflow


def delete_files(workflow_id: int, file_ids: Sequence[int] | None = None) -> int:
    """Delete files and return how many there were.

    Args:
        workflow_id: whose they are.
        file_ids: which; None means all.

    Raises:
        Refused: the workflow is archived or active, or jobs of it still run.
    """
    files = File.objects.filter(workflow=workflow_id)
    if file_ids is not None:
        files = files.filter(pk__in=file_ids)
    return _delete(workflow_id, files, JobFile.objects.filter(file__in=files))


def delete_user_data(workflow_id: int, user_data_ids: Sequence[int] | None = None) -> int:
    """Delete user data and return how many values there were; arguments as for `delete_files`.

    Raises:
        Refused: the workflow is archived or active, or jobs of it still run.
    """
    values = UserData.objects.filter(workflow=workflow_id)
    if user_data_ids is not None:
        values = values.filter(pk__in=user_data_ids)
    return _delete(workflow_id, values, JobUserData.objects.filter(user_data__in=values))


def _delete(
    workflow_id: int,
    rows: QuerySet[File] | QuerySet[UserData],
    links: QuerySet[JobFile] | QuerySet[JobUserData],
) -> int:
    with changing(workflow_id) as workflow:
        _refuse_active(workflow)
        if links.exists():
            Workflow.objects.filter(pk=workflow_id).graph_changed()
        n_rows = rows.count()
        rows.delete()
    return n_rows


def _refuse_active(workflow: Workflow) -> None:
    """Refuse to take data away from jobs that may run at any moment.

    Raises:
        Refused: the workflow is active, or jobs of it still run.
    """
    if workflow.is_active or Result.objects.open().filter(workflow=workflow).exists():
        raise Refused(
            "workflow_active",
            f"Workflow {workflow.pk} is running, and its jobs may need this.",
            hint="Cancel it, or wait for its end.",
        )
