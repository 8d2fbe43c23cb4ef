from django.http import HttpResponse
from ninja import Query, Router

from accounts.credentials import ApiRequest
from api.json_response import dumps, json_response
from api.pagination import envelope
from api.queries import visible_workflow
from api.schemas import PageQuery
from api.workflows.relations_schemas import (
    DependencyListOut,
    FileRelationshipListOut,
    JobIdsOut,
    UserDataRelationshipListOut,
)
from workflows.graph import relations

router = Router(tags=["workflow relations"])


@router.get("/workflows/{int:workflow_id}/job_ids", response=JobIdsOut)
def list_job_ids(request: ApiRequest, workflow_id: int) -> HttpResponse:
    """List the ids of all jobs."""
    workflow = visible_workflow(request.auth, workflow_id)
    ids = relations.list_job_ids(workflow.pk)
    return json_response(dumps({"job_ids": ids, "count": len(ids)}))


@router.get("/workflows/{int:workflow_id}/job_dependencies", response=DependencyListOut)
def list_job_dependencies(
    request: ApiRequest, workflow_id: int, query: Query[PageQuery]
) -> HttpResponse:
    """List who waits for whom, by the waiting job's id."""
    workflow = visible_workflow(request.auth, workflow_id)
    rows, total = relations.list_dependencies(workflow.pk, query.offset, query.limit)
    return envelope(dumps(rows), query, len(rows), total)


@router.get("/workflows/{int:workflow_id}/job_file_relationships", response=FileRelationshipListOut)
def list_job_file_relationships(
    request: ApiRequest, workflow_id: int, query: Query[PageQuery]
) -> HttpResponse:
    """List who writes and who reads each file that some job uses."""
    workflow = visible_workflow(request.auth, workflow_id)
    rows, total = relations.list_file_relationships(workflow.pk, query.offset, query.limit)
    return envelope(dumps(rows), query, len(rows), total)


@router.get(
    "/workflows/{int:workflow_id}/job_user_data_relationships",
    response=UserDataRelationshipListOut,
)
def list_job_user_data_relationships(
    request: ApiRequest, workflow_id: int, query: Query[PageQuery]
) -> HttpResponse:
    """List who writes and who reads each value that some job uses."""
    workflow = visible_workflow(request.auth, workflow_id)
    rows, total = relations.list_user_data_relationships(workflow.pk, query.offset, query.limit)
    return envelope(dumps(rows), query, len(rows), total)
