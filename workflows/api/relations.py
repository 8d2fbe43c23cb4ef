from django.http import HttpResponse
from ninja import Query, Router

from accounts.authentication import ApiRequest
from torc_site.rest.json_text import answer, dumps
from torc_site.rest.lists import PageQuery, envelope
from userdata.api.links import workflow_of
from workflows import relating
from workflows.schemas.relations import (
    DependencyListOut,
    FileRelationshipListOut,
    JobIdsOut,
    UserDataRelationshipListOut,
)

router = Router(tags=["workflow relations"])


@router.get("/workflows/{int:workflow_id}/job_ids", response=JobIdsOut)
def list_job_ids(request: ApiRequest, workflow_id: int) -> HttpResponse:
    """List the ids of all jobs."""
    workflow = workflow_of(request.auth, workflow_id)
    ids = relating.job_ids(workflow.pk)
    return answer(dumps({"job_ids": ids, "count": len(ids)}))


@router.get("/workflows/{int:workflow_id}/job_dependencies", response=DependencyListOut)
def list_job_dependencies(
    request: ApiRequest, workflow_id: int, query: Query[PageQuery]
) -> HttpResponse:
    """List who waits for whom, by the waiting job's id."""
    workflow = workflow_of(request.auth, workflow_id)
    rows, total = relating.dependencies(workflow.pk, query.offset, query.limit)
    return envelope(dumps(rows), query, len(rows), total)


@router.get("/workflows/{int:workflow_id}/job_file_relationships", response=FileRelationshipListOut)
def list_job_file_relationships(
    request: ApiRequest, workflow_id: int, query: Query[PageQuery]
) -> HttpResponse:
    """List who writes and who reads each file that some job uses."""
    workflow = workflow_of(request.auth, workflow_id)
    rows, total = relating.file_relationships(workflow.pk, query.offset, query.limit)
    return envelope(dumps(rows), query, len(rows), total)


@router.get(
    "/workflows/{int:workflow_id}/job_user_data_relationships",
    response=UserDataRelationshipListOut,
)
def list_job_user_data_relationships(
    request: ApiRequest, workflow_id: int, query: Query[PageQuery]
) -> HttpResponse:
    """List who writes and who reads each value that some job uses."""
    workflow = workflow_of(request.auth, workflow_id)
    rows, total = relating.user_data_relationships(workflow.pk, query.offset, query.limit)
    return envelope(dumps(rows), query, len(rows), total)
