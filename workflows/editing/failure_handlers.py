"""Add and delete the failure handlers of a workflow."""

from __future__ import annotations

from jobs.models import FailureHandler
from specification.texts.counts import agree, counted
from workflows.errors import Refused
from workflows.lock import changing


def add_failure_handler(workflow_id: int, *, name: str, rules: str) -> FailureHandler:
    """Store a new failure handler.

    Args:
        workflow_id: where to.
        name: a checked name.
        rules: the JSON text of its rules, checked.

    Raises:
        Refused: the workflow is archived.
    """
    with changing(workflow_id):
        return FailureHandler.objects.create(workflow_id=workflow_id, name=name, rules=rules)


def delete_failure_handler(row: FailureHandler) -> None:
    """Delete a failure handler that no job names.

    Raises:
        Refused: a job names it, or the workflow is archived.
    """
    with changing(row.workflow_id):
        if n_jobs := row.jobs.count():
            names = agree(n_jobs, "names", "name")
            detail = f"{counted(n_jobs, 'job')} {names} the failure handler '{row.name}'."
            raise Refused("in_use", detail, hint="Change those jobs first.")
        FailureHandler.objects.filter(pk=row.pk).delete()
