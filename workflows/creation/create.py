"""Create workflows: from a planned spec all of it or nothing, or empty."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from jobs.models import ResourceRequirements
from jobs.sql import renew_statistics
from specification.plan import WorkflowPlan
from workflows.creation import delete
from workflows.creation.rows import write_rows
from workflows.models import Workflow

MANY_JOBS = 1_000
"""From so many new jobs on PostgreSQL renews its statistics at once."""
UNFINISHED_AGE = timedelta(minutes=10)
"""A workflow that is not stored completely after this time is taken for a killed process's."""


class TooSlow(Exception):
    """Storing a workflow took so long that the sweep deleted it as a killed process's."""


def create_workflow(
    plan: WorkflowPlan,
    *,
    owner: User,
    spec_text: str = "",
    submission_directory: str | None = None,
) -> Workflow:
    """Store a planned workflow; nobody sees it until its last row is written.

    Args:
        plan: what the spec asks for.
        owner: whose workflow it becomes.
        spec_text: the spec as it was written.
        submission_directory: where its jobs run, on nodes that have it.

    Raises:
        TooSlow: it took so long that the sweep deleted it.
    """
    workflow = _store_unseen(
        plan, owner=owner, spec_text=spec_text, submission_directory=submission_directory
    )
    _finish(workflow, plan)
    if len(plan.jobs) >= MANY_JOBS:
        renew_statistics()
    return workflow


def _store_unseen(plan: WorkflowPlan, **fields: Any) -> Workflow:
    """Store the workflow itself, which nobody sees yet."""
    return Workflow.objects.create(
        name=plan.name,
        description=plan.description,
        project=plan.project,
        metadata=plan.metadata,
        env=dict(plan.env),
        options=dict(plan.settings),
        is_stored=False,
        **fields,
    )


def _finish(workflow: Workflow, plan: WorkflowPlan) -> None:
    """Write the rest, and let the workflow be seen."""
    try:
        write_rows(workflow.pk, plan)
    except BaseException:
        delete.remove(workflow.pk)
        raise
    if not Workflow.objects.filter(pk=workflow.pk).update(is_stored=True):
        raise TooSlow(f"storing took longer than {UNFINISHED_AGE}, and was swept away")
    workflow.is_stored = True


def create_empty(*, owner: User, name: str, **fields: Any) -> Workflow:
    """Create a workflow without jobs, to be filled piece by piece.

    Args:
        owner: whose workflow it becomes.
        name: any text.
        fields: further columns of `Workflow`.
    """
    workflow = Workflow.objects.create(owner=owner, name=name, **fields)
    ResourceRequirements.objects.default_of(workflow.pk)
    return workflow


def sweep_unfinished(now: datetime) -> int:
    """Delete what killed processes left half written or half deleted; return how many workflows."""
    leftovers = Workflow.objects.filter(is_stored=False, created_at__lt=now - UNFINISHED_AGE)
    ids = list(leftovers.values_list("pk", flat=True))
    for workflow_id in ids:
        delete.remove(workflow_id)
    return len(ids)
