from dataclasses import asdict
from datetime import datetime

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router

from accounts.credentials import ApiRequest
from api.json_response import dumps, json_response
from api.queries import visible_workflow
from api.schemas import Fields
from api.workflows.serializers import user_of
from api.workflows.state_schemas import (
    CompleteOut,
    FilesNeededOut,
    ProgressOut,
    ProgressQuery,
    StatusOut,
    UninitializedOut,
    UserDataNeededOut,
)
from jobs.models import ComputeNode, Result
from jobs.statuses import JobStatus
from workflows.lifecycle.job_progress import is_uninitialized
from workflows.lifecycle.required_inputs import missing_user_data, required_files
from workflows.models import Workflow
from workflows.status.progress import count_statuses, is_complete, progress

router = Router(tags=["workflow state"])


@router.get("/workflows/{int:workflow_id}/progress", response={200: ProgressOut, 204: None})
def get_progress(
    request: ApiRequest, workflow_id: int, query: Query[ProgressQuery]
) -> HttpResponse:
    """Say how far a workflow is and what it waits for; 204 if the revision is still the same."""
    workflow = visible_workflow(request.auth, workflow_id)
    if query.revision == workflow.revision:
        return HttpResponse(status=204)
    return json_response(dumps(asdict(progress(workflow))))


@router.get("/workflows/{int:workflow_id}/status", response=StatusOut)
def get_workflow_status(request: ApiRequest, workflow_id: int) -> Fields:
    """Say how far a workflow is, in Torc's words."""
    workflow = visible_workflow(request.auth, workflow_id)
    counts = count_statuses(workflow.pk)
    of_run = Result.objects.ended().filter(workflow=workflow, run_id=workflow.run_id)
    seconds = of_run.aggregate(total=Sum("exec_seconds"))["total"] or 0.0
    return {
        "workflow_id": workflow.pk,
        "workflow_name": workflow.name,
        "workflow_user": user_of(workflow),
        "run_id": workflow.run_id,
        "is_archived": workflow.is_archived,
        "is_canceled": workflow.is_canceled,
        "is_complete": is_complete(counts),
        "total_jobs": sum(counts.values()),
        "jobs_by_status": {status.word: counts.get(status, 0) for status in JobStatus},
        "total_exec_time_minutes": seconds / 60,
        "walltime_seconds": _walltime(workflow, timezone.now()),
        "active_compute_nodes": _active_nodes(workflow),
        "active_scheduled_nodes": 0,
        "pending_scheduled_nodes": 0,
    }


def _walltime(workflow: Workflow, now: datetime) -> float | None:
    if workflow.started_at is None:
        return None
    return ((workflow.ended_at or now) - workflow.started_at).total_seconds()


def _active_nodes(workflow: Workflow) -> int:
    """Return how many of its runners are active, and how many workers run jobs of it."""
    runners = ComputeNode.objects.filter(workflow=workflow, is_active=True).count()
    attempts = Result.objects.open().filter(workflow=workflow)
    ours = attempts.filter(compute_node__workflow=None, compute_node__isnull=False)
    workers = ours.aggregate(n=Count("compute_node", distinct=True))
    return runners + int(workers["n"])


@router.get("/workflows/{int:workflow_id}/is_complete", response=CompleteOut)
def is_workflow_complete(request: ApiRequest, workflow_id: int) -> Fields:
    """Say whether every job has ended."""
    workflow = visible_workflow(request.auth, workflow_id)
    counts = count_statuses(workflow.pk)
    return {"is_complete": is_complete(counts), "is_canceled": workflow.is_canceled}


@router.get("/workflows/{int:workflow_id}/is_uninitialized", response=UninitializedOut)
def is_workflow_uninitialized(request: ApiRequest, workflow_id: int) -> Fields:
    """Say whether no job is initialized; disabled ones do not count."""
    workflow = visible_workflow(request.auth, workflow_id)
    return {"is_uninitialized": is_uninitialized(workflow.pk)}


@router.get("/workflows/{int:workflow_id}/required_existing_files", response=FilesNeededOut)
def list_required_existing_files(request: ApiRequest, workflow_id: int) -> HttpResponse:
    """List the files that must exist: read by a job and written by none, or written already."""
    workflow = visible_workflow(request.auth, workflow_id)
    ids = required_files(workflow.pk).values_list("pk", flat=True)
    return json_response(dumps({"files": list(ids)}))


@router.get("/workflows/{int:workflow_id}/missing_user_data", response=UserDataNeededOut)
def list_missing_user_data(request: ApiRequest, workflow_id: int) -> HttpResponse:
    """List the user data that should have a value and is null."""
    workflow = visible_workflow(request.auth, workflow_id)
    ids = missing_user_data(workflow.pk).values_list("pk", flat=True)
    return json_response(dumps({"user_data": list(ids)}))
