from ninja import Query, Router

from accounts.credentials import ApiRequest
from api.exceptions import Invalid
from api.queries import visible_workflow
from api.schemas import Fields
from api.workflows.serializers import fresh_fields
from api.workflows.workflows_schemas import (
    ArchiveIn,
    CanceledOut,
    ForceQuery,
    InitializedOut,
    InitializeQuery,
    JobsResetOut,
    ResetJobsQuery,
    RunIn,
    WorkflowOut,
)
from jobs.statuses import JobStatus
from jobs.tasks import publish
from workflows.lifecycle import lifecycle

router = Router(tags=["workflow actions"])


@router.post("/workflows/{int:workflow_id}/initialize_jobs", response=InitializedOut)
def initialize_jobs(request: ApiRequest, workflow_id: int, query: Query[InitializeQuery]) -> Fields:
    """Make jobs ready or blocked; without only_uninitialized all are reset and a run begins."""
    visible_workflow(request.auth, workflow_id)
    if query.in_background:
        detail = "Initializing in the background is not supported; it takes a few seconds at most."
        raise Invalid("unsupported_parameter", detail, pointer="/async", hint="Leave it out.")
    outcome = lifecycle.initialize(
        workflow_id,
        only_uninitialized=query.only_uninitialized,
        clear_ephemeral=query.clear_ephemeral_user_data,
        force=query.force,
        by=request.auth.username,
    )
    return {
        "message": f"Initialized workflow {workflow_id}",
        "run_id": outcome.run_id,
        "n_ready": outcome.n_ready,
        "n_blocked": outcome.n_blocked,
    }


@router.post("/workflows/{int:workflow_id}/run", response=WorkflowOut)
def run_workflow(request: ApiRequest, workflow_id: int, body: RunIn | None = None) -> Fields:
    """Let workers take the ready jobs; initializes first if no job is initialized."""
    visible_workflow(request.auth, workflow_id)
    force = body.force if body else False
    by = request.auth.username
    publish(lifecycle.start(workflow_id, force=force, by=by, may_be_complete=False))
    return fresh_fields(request.auth, workflow_id)


@router.put("/workflows/{int:workflow_id}/cancel", response=CanceledOut)
def cancel_workflow(request: ApiRequest, workflow_id: int) -> Fields:
    """Cancel all jobs that run or wait."""
    visible_workflow(request.auth, workflow_id)
    n_canceled = lifecycle.cancel(workflow_id, by=request.auth.username)
    message = f"Canceled workflow {workflow_id}"
    return {"id": workflow_id, "message": message, "n_canceled": n_canceled}


@router.post("/workflows/{int:workflow_id}/archive", response=WorkflowOut)
def archive_workflow(request: ApiRequest, workflow_id: int, body: ArchiveIn) -> Fields:
    """Archive a workflow, or take it out of the archive."""
    visible_workflow(request.auth, workflow_id)
    lifecycle.archive(workflow_id, is_archived=body.is_archived, by=request.auth.username)
    return fresh_fields(request.auth, workflow_id)


@router.post("/workflows/{int:workflow_id}/reset_status", response=WorkflowOut)
def reset_workflow_status(
    request: ApiRequest, workflow_id: int, query: Query[ForceQuery]
) -> Fields:
    """Reset a workflow as if it had never been started; its jobs stay as they are."""
    visible_workflow(request.auth, workflow_id)
    lifecycle.reset_status(workflow_id, force=query.force, by=request.auth.username)
    return fresh_fields(request.auth, workflow_id)


@router.post("/workflows/{int:workflow_id}/reset_job_status", response=JobsResetOut)
def reset_job_status(request: ApiRequest, workflow_id: int, query: Query[ResetJobsQuery]) -> Fields:
    """Make all jobs uninitialized, or those that ended badly and the jobs that wait for them."""
    visible_workflow(request.auth, workflow_id)
    n_reset = lifecycle.reset_jobs(
        workflow_id,
        failed_only=query.failed_only,
        force=query.force,
        by=request.auth.username,
    )
    return {
        "workflow_id": workflow_id,
        "updated_count": n_reset,
        "status": JobStatus.UNINITIALIZED.word,
        "reset_type": "failed_only" if query.failed_only else "all",
    }
