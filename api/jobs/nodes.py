from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from ninja import Query, Router

from accounts.actors import Actor
from accounts.credentials import ApiRequest
from accounts.visibility import workflow_filter
from api.body_checks import refuse_changed, refuse_null
from api.exceptions import Conflict, Invalid
from api.jobs.nodes_schemas import (
    ComputeNodeChange,
    ComputeNodeIn,
    ComputeNodeListOut,
    ComputeNodeListQuery,
    ComputeNodeOut,
)
from api.json_response import dumps
from api.pagination import ordered, page
from api.queries import row_or_404, visible_workflow
from api.schemas import DeletedOut, Fields, Id, deleted_fields
from jobs.models import ComputeNode
from workflows.editing.runners import add_runner, change_runner, delete_runners

GIB = 2**30
OUR_WORKERS = 0
"""The `workflow_id` of a node that serves every workflow."""
COLUMNS = ("hostname", "pid", "num_cpus", "num_gpus", "num_nodes", "is_active")
DETAILS = (
    *("start_time", "duration_seconds", "compute_node_type", "time_limit", "scheduler_config_id"),
    *("scheduler", "sample_count", "avg_cpu_percent", "peak_cpu_percent", "avg_memory_bytes"),
    "peak_memory_bytes",
)
VALUES = (
    *("id", "workflow_id", *COLUMNS, "memory_bytes", "tags", "started_at", "heartbeat_at"),
    *("uid", "details"),
)
SORTS = {name: name for name in COLUMNS} | {
    "memory_gb": "memory_bytes",
    "start_time": "started_at",
    "workflow_id": "workflow_id",
}
MAX_DETAILS = 16 * 1024

router = Router(tags=["compute nodes"])


@router.get("/compute_nodes", response=ComputeNodeListOut)
def list_compute_nodes(request: ApiRequest, query: Query[ComputeNodeListQuery]) -> HttpResponse:
    """List our workers and, of one workflow or of all that one may see, the runners."""
    rows = _visible(request.auth)
    if query.workflow_id is not None:
        workflow = visible_workflow(request.auth, query.workflow_id)
        rows = rows.filter(Q(workflow=workflow) | Q(workflow=None))
    if query.hostname is not None:
        rows = rows.filter(hostname=query.hostname)
    if query.is_active is not None:
        rows = rows.filter(is_active=query.is_active)
    if query.scheduled_compute_node_id is not None:
        rows = rows.none()  # nothing here comes from a scheduler's allocation
    return page(ordered(rows.values(*VALUES), query, SORTS), query, _finish)


def _finish(nodes: list[Fields]) -> list[Fields]:
    return [_out(node) for node in nodes]


@router.post("/compute_nodes", response=ComputeNodeOut)
def create_compute_node(request: ApiRequest, body: ComputeNodeIn) -> Fields:
    """Register a runner of a Torc client; our workers register themselves."""
    workflow = visible_workflow(request.auth, body.workflow_id)
    refuse_changed(body, {"tags": [], "heartbeat_time": None}, ("tags", "heartbeat_time"))
    columns = {name: value for name, value in body.given(*COLUMNS).items() if value is not None}
    columns["memory_bytes"] = round(body.memory_gb * GIB)
    row = add_runner(workflow.pk, details=_details({}, body), **columns)
    return _one(request.auth, row.pk)


@router.delete("/compute_nodes", response=DeletedOut)
def delete_compute_nodes(request: ApiRequest, workflow_id: Id) -> Fields:
    """Delete the runners of a workflow; our workers stay."""
    workflow = visible_workflow(request.auth, workflow_id)
    return deleted_fields(delete_runners(workflow.pk), "compute node")


@router.get("/compute_nodes/{int:node_id}", response=ComputeNodeOut)
def get_compute_node(request: ApiRequest, node_id: int) -> Fields:
    """Return one compute node."""
    return _one(request.auth, node_id)


@router.put("/compute_nodes/{int:node_id}", response=ComputeNodeOut)
def update_compute_node(request: ApiRequest, node_id: int, body: ComputeNodeChange) -> Fields:
    """Change a runner; fields that are left out stay."""
    current = _one(request.auth, node_id)
    refuse_changed(body, current, ("id", "workflow_id", "tags", "heartbeat_time"))
    refuse_null(body, (*COLUMNS, "memory_gb"))
    row = ComputeNode.objects.get(pk=node_id)
    workflow_id = _served_by(row)
    columns = body.given(*COLUMNS)
    if body.memory_gb is not None and body.memory_gb != current["memory_gb"]:
        columns["memory_bytes"] = round(body.memory_gb * GIB)
    _details(row.details, body)
    change_runner(workflow_id, node_id, columns, body.given(*DETAILS))
    return _one(request.auth, node_id)


@router.delete("/compute_nodes/{int:node_id}", response=ComputeNodeOut)
def delete_compute_node(request: ApiRequest, node_id: int) -> Fields:
    """Delete a runner."""
    deleted = _one(request.auth, node_id)
    delete_runners(_served_by(ComputeNode.objects.get(pk=node_id)), [node_id])
    return deleted


def _served_by(row: ComputeNode) -> int:
    """Return the workflow that a runner serves.

    Raises:
        Conflict: it is a worker of ours, which keeps its row itself.
    """
    if row.workflow_id is None:
        detail = f"Compute node {row.pk} is one of Torc's workers."
        raise Conflict("own_worker", detail, hint="Stop the worker on its machine.")
    return row.workflow_id


def _visible(actor: Actor) -> QuerySet[ComputeNode]:
    rows = ComputeNode.objects.all()
    is_visible = workflow_filter(actor, "workflow__")
    return rows.filter(Q(workflow=None) | is_visible) if is_visible else rows


def _one(actor: Actor, node_id: int) -> Fields:
    rows = _visible(actor)
    row_or_404(rows, "compute node", node_id)
    return _out(rows.filter(pk=node_id).values(*VALUES)[0])


def _out(node: dict[str, Any]) -> Fields:
    details = node["details"]
    heartbeat_at = node["heartbeat_at"]
    return {
        "id": node["id"],
        "workflow_id": node["workflow_id"] or OUR_WORKERS,
        **{name: node[name] for name in COLUMNS},
        **{name: details.get(name) for name in DETAILS},
        "memory_gb": node["memory_bytes"] / GIB,
        "tags": node["tags"],
        "start_time": details.get("start_time") or node["started_at"].isoformat(),
        "heartbeat_time": heartbeat_at.isoformat() if heartbeat_at else None,
        "compute_node_type": details.get("compute_node_type") or "local",
    }


def _details(stored: Fields, body: ComputeNodeIn | ComputeNodeChange) -> Fields:
    """Return what clients have sent beside the columns, the newest values.

    Raises:
        Invalid: it is too large.
    """
    details = {**stored, **body.given(*DETAILS)}
    size = len(dumps(details))
    if size > MAX_DETAILS:
        detail = f"The details of the node have {size:,} bytes; {MAX_DETAILS:,} are allowed."
        hint = "Shorten 'scheduler'."
        raise Invalid(
            "out_of_range",
            detail,
            pointer="/scheduler",
            hint=hint,
            limit=MAX_DETAILS,
            actual=size,
        )
    return details
