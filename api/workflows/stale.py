from dataclasses import asdict

from django.http import HttpResponse
from ninja import Query, Router

from accounts.credentials import ApiRequest
from api.json_response import dumps, json_response
from api.pagination import envelope
from api.queries import visible_workflow
from api.schemas import Fields, PageQuery
from api.workflows.stale_schemas import ReinitializedOut, ReinitializeQuery, StaleJobListOut
from jobs.tasks import publish
from workflows.stale.reinitialize import Reinitialization, reinitialize
from workflows.stale.stale_jobs import StaleJob, stale_jobs

router = Router(tags=["workflow actions"])


@router.get("/workflows/{int:workflow_id}/stale_jobs", response=StaleJobListOut)
def list_stale_jobs(request: ApiRequest, workflow_id: int, query: Query[PageQuery]) -> HttpResponse:
    """List the ended jobs that should run again because what they used has changed, and why."""
    stale = stale_jobs(visible_workflow(request.auth, workflow_id))
    shown = stale[query.offset : query.offset + query.limit]
    return envelope(dumps([_fields(job) for job in shown]), query, len(shown), len(stale))


@router.post("/workflows/{int:workflow_id}/process_changed_job_inputs", response=ReinitializedOut)
def process_changed_job_inputs(
    request: ApiRequest, workflow_id: int, query: Query[ReinitializeQuery]
) -> HttpResponse:
    """Make the stale jobs, and what follows from them, ready or blocked again."""
    workflow = visible_workflow(request.auth, workflow_id)
    if query.dry_run:
        return _answer(Reinitialization(stale_jobs(workflow)))
    done = reinitialize(workflow, force=query.force, starts=query.start, by=request.auth.username)
    publish(done.opened)
    return _answer(done)


def _answer(done: Reinitialization) -> HttpResponse:
    names = [job.name for job in done.stale]
    return json_response(dumps({"n_reset": done.n_reset, "reinitialized_jobs": names}))


def _fields(job: StaleJob) -> Fields:
    return {
        "job_id": job.job_id,
        "name": job.name,
        "status": job.status.word,
        "is_follower": job.is_follower,
        "causes": [asdict(reason) for reason in job.reasons],
        "n_more_causes": job.n_more_reasons,
    }
