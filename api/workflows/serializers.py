"""Workflows as clients see them."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actors import Actor
from api.schemas import Fields
from workflows.models import Workflow

OPTIONS = (
    "compute_node_expiration_buffer_seconds",
    "compute_node_ignore_workflow_completion",
    "compute_node_min_time_for_new_jobs_seconds",
    "compute_node_wait_for_healthy_database_minutes",
    "compute_node_wait_for_new_jobs_seconds",
    "jobs_sort_method",
    "use_pending_failed",
    "resource_monitor_config",
    "slurm_defaults",
)
"""Torc's fields that are stored in `Workflow.options` for its clients."""

COLUMNS = (
    *("id", "name", "description", "project", "metadata", "env", "submission_directory"),
    *("run_id", "revision", "is_archived", "is_canceled", "is_started"),
)
SORTS = {
    **{name: name for name in COLUMNS if name not in ("metadata", "env")},
    "timestamp": "created_at",
    "user": "owner__username",
    "owner": "owner__username",
    "started_at": "started_at",
    "ended_at": "ended_at",
}


def user_of(workflow: Workflow) -> str:
    """Return the user that a client named, else the owner; it gives no rights."""
    return str(workflow.option("user") or workflow.owner.username)


def workflow_fields(workflow: Workflow) -> Fields:
    """Return a workflow, read with its owner, as clients see it."""
    return {
        **{name: getattr(workflow, name) for name in COLUMNS},
        **{name: workflow.option(name) for name in OPTIONS},
        "user": user_of(workflow),
        "owner": workflow.owner.username,
        "timestamp": workflow.created_at.isoformat(),
        "started_at": _iso(workflow.started_at),
        "ended_at": _iso(workflow.ended_at),
    }


def workflows_fields(workflows: Sequence[Workflow]) -> list[Fields]:
    """Return workflows as clients see them."""
    return [workflow_fields(workflow) for workflow in workflows]


def fresh_fields(actor: Actor, workflow_id: int) -> Fields:
    """Return a workflow as it is in the database now."""
    rows = Workflow.objects.visible_to(actor).select_related("owner").defer("spec_text")
    return workflow_fields(rows.get(pk=workflow_id))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
