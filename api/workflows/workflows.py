from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from ninja import Query, Router

from accounts.credentials import ApiRequest, person
from api.body_checks import refuse, refuse_changed, refuse_env, refuse_null, refuse_unsupported
from api.exceptions import Invalid
from api.names import checked_name
from api.pagination import ordered, page
from api.queries import visible_workflow
from api.schemas import Fields
from api.workflows.serializers import (
    OPTIONS,
    SORTS,
    fresh_fields,
    workflow_fields,
    workflows_fields,
)
from api.workflows.workflows_schemas import (
    ForceQuery,
    WorkflowChange,
    WorkflowIn,
    WorkflowListOut,
    WorkflowListQuery,
    WorkflowOut,
)
from specification.json_values import check_json_value
from specification.names import check_path
from workflows.creation.create import create_empty
from workflows.editing.workflow import change_workflow
from workflows.lifecycle import lifecycle
from workflows.models import Workflow

UNSUPPORTED: Mapping[str, Any] = {
    "access_groups": [],
    "dynamic_jobs": None,
    "enable_ro_crate": False,
    "execution_config": None,
}
"""Torc's fields without effect here, with what asks for nothing."""

READ_ONLY = (
    *("id", "owner", "timestamp", "run_id", "revision", "is_archived", "is_canceled"),
    *("is_started", "started_at", "ended_at"),
)
NEW: Fields = dict.fromkeys(READ_ONLY) | {
    "run_id": 0,
    "is_archived": False,
    "is_canceled": False,
    "is_started": False,
}
COLUMNS = ("description", "project", "metadata", "env", "submission_directory")

router = Router(tags=["workflows"])


@router.get("/workflows", response=WorkflowListOut)
def list_workflows(request: ApiRequest, query: Query[WorkflowListQuery]) -> HttpResponse:
    """List the workflows that one may see."""
    rows = Workflow.objects.visible_to(request.auth)
    if query.name is not None:
        rows = rows.filter(name=query.name)
    if query.user is not None:
        is_owner = Q(owner__username=query.user, options__user__isnull=True)
        rows = rows.filter(is_owner | Q(options__user=query.user))
    if query.description is not None:
        rows = rows.filter(description__contains=query.description)
    if query.is_archived is not None:
        rows = rows.filter(is_archived=query.is_archived)
    whole = rows.select_related("owner").defer("spec_text")
    return page(ordered(whole, query, SORTS), query, workflows_fields)


@router.post("/workflows", response=WorkflowOut)
def create_workflow(request: ApiRequest, body: WorkflowIn) -> Fields:
    """Make a workflow without jobs, with resource requirements named `default`."""
    name = checked_name(body.name)
    refuse_changed(body, NEW, READ_ONLY)
    columns = _checked(body)
    owner = person(request)
    options = {name: value for name, value in body.given(*OPTIONS).items() if value is not None}
    if body.user and body.user != owner.username:
        options["user"] = body.user
    columns["env"] = columns.get("env") or {}
    workflow = create_empty(owner=owner, name=name, options=options, **columns)
    return workflow_fields(workflow)


@router.get("/workflows/{int:workflow_id}", response=WorkflowOut)
def get_workflow(request: ApiRequest, workflow_id: int) -> Fields:
    """Return one workflow."""
    return workflow_fields(visible_workflow(request.auth, workflow_id))


@router.put("/workflows/{int:workflow_id}", response=WorkflowOut)
def update_workflow(request: ApiRequest, workflow_id: int, body: WorkflowChange) -> Fields:
    """Change a workflow's description and settings; fields that are left out stay."""
    workflow = visible_workflow(request.auth, workflow_id)
    refuse_changed(body, workflow_fields(workflow), (*READ_ONLY, "user"))
    refuse_null(body, ("name",))
    columns = _checked(body)
    if body.name is not None:
        columns["name"] = checked_name(body.name)
    if "env" in columns:
        columns["env"] = columns["env"] or {}
    change_workflow(workflow_id, columns, body.given(*OPTIONS))
    return fresh_fields(request.auth, workflow_id)


@router.delete("/workflows/{int:workflow_id}", response=WorkflowOut)
def delete_workflow(request: ApiRequest, workflow_id: int, query: Query[ForceQuery]) -> Fields:
    """Delete a workflow with all it has; with force, what runs is canceled first."""
    deleted = workflow_fields(visible_workflow(request.auth, workflow_id))
    if query.force:
        lifecycle.cancel(workflow_id, by=request.auth.username, may_be_complete=True)
    lifecycle.delete(workflow_id)
    return deleted


def _checked(body: WorkflowIn | WorkflowChange) -> dict[str, Any]:
    """Return the columns that were given.

    Raises:
        Invalid: one of them cannot be stored, or has no effect here.
    """
    refuse_unsupported(body, UNSUPPORTED)
    columns = body.given(*COLUMNS)
    refuse_env(columns.get("env") or {}, "/env")
    for name in ("metadata", "resource_monitor_config", "slurm_defaults"):
        refuse(check_json_value(getattr(body, name), max_bytes=64 * 1024), f"/{name}")
    refuse_directory(columns.get("submission_directory"))
    return columns


def refuse_directory(path: str | None) -> None:
    """Refuse a submission directory that cannot exist.

    Raises:
        Invalid: it is not the absolute path of a folder.
    """
    if path is None:
        return
    refuse(check_path(path), "/submission_directory")
    if not path.startswith("/"):
        detail = f"'{path[:100]}' is not an absolute path."
        hint = "Begin it with /."
        raise Invalid("path_not_absolute", detail, pointer="/submission_directory", hint=hint)
