from dataclasses import asdict

from ninja import Query, Router

from accounts.audit import caller_of
from accounts.credentials import ApiRequest
from api.queries import visible_workflow
from api.schemas import Fields
from api.workflows.rerun_schemas import RerunIn, RerunOut, RerunPreviewOut, RerunQuery
from jobs.statuses import JobStatus
from jobs.tasks import publish
from workflows.rerun import preview, rerun
from workflows.rerun.options import RerunOptions
from workflows.rerun.preview import RerunPreview
from workflows.rerun.resource_change import ResourceChange
from workflows.rerun.selection import Selection

router = Router(tags=["reruns"])


@router.get("/workflows/{int:workflow_id}/rerun_preview", response=RerunPreviewOut)
def preview_rerun(request: ApiRequest, workflow_id: int, query: Query[RerunQuery]) -> Fields:
    """Say what a rerun would reset and overwrite, and which requirements change."""
    workflow = visible_workflow(request.auth, workflow_id)
    return _fields(preview.preview_rerun(workflow, _selection(query), _options(query)))


@router.post("/workflows/{int:workflow_id}/rerun", response=RerunOut)
def rerun_jobs(request: ApiRequest, workflow_id: int, body: RerunIn | None = None) -> Fields:
    """Run jobs again within the present run; all that is checked, counted and done is one action.

    With force, running jobs among them are canceled first, and missing inputs are no obstacle.
    """
    wanted = body or RerunIn()
    done = rerun.rerun(
        visible_workflow(request.auth, workflow_id),
        _selection(wanted),
        _options(wanted, starts=wanted.start, force=wanted.force),
        caller=caller_of(request),
        expected=wanted.fingerprint,
    )
    publish(done.receipt.opened)
    receipt = {"is_active": done.is_active, "audit_id": done.receipt.audit_id}
    return {**_fields(done.preview), **receipt}


def _selection(query: RerunQuery) -> Selection:
    return Selection(
        job_ids=tuple(query.job_ids),
        statuses=tuple(JobStatus.of_word(word) for word in query.statuses),
        family=query.family,
        cause=query.cause,
        name=query.name,
        return_code=query.return_code,
    )


def _options(query: RerunQuery, *, starts: bool = True, force: bool = False) -> RerunOptions:
    return RerunOptions(
        with_downstream=query.downstream,
        with_upstream=query.upstream,
        change=ResourceChange(query.memory, query.runtime, query.num_cpus, query.num_gpus),
        starts=starts,
        force=force,
    )


def _fields(preview: RerunPreview) -> Fields:
    return {**asdict(preview), "n_jobs": preview.n_jobs}
