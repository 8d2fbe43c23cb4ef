from dataclasses import asdict

from django.http import HttpResponse
from ninja import Query, Router

from accounts.audit import audited
from accounts.credentials import ApiRequest
from api.json_response import answer
from api.queries import workflow_of
from api.schemas import Fields
from api.workflows.rerun_schemas import (
    FailuresOut,
    FailuresQuery,
    RerunIn,
    RerunOut,
    RerunPreviewOut,
    RerunQuery,
)
from jobs.statuses import JobStatus
from jobs.tasks import publish
from workflows.failures.groups import failures_of
from workflows.rerun import rerun
from workflows.rerun.preview import RerunOptions, RerunPreview
from workflows.rerun.resource_change import ResourceChange
from workflows.rerun.selection import Selection

router = Router(tags=["reruns"])


@router.get("/workflows/{int:workflow_id}/failures", response=FailuresOut)
def get_failures(
    request: ApiRequest, workflow_id: int, query: Query[FailuresQuery]
) -> HttpResponse:
    """Group the failed jobs of a run by cause, with what stands out and what may help."""
    found = failures_of(workflow_of(request.auth, workflow_id), query.run_id)
    fields = asdict(found)
    for group, out in zip(found.groups, fields["groups"], strict=True):
        shares = {"families": group.families, "nodes": group.nodes}
        out |= {name: [one._asdict() for one in listed] for name, listed in shares.items()}
        for trait, trait_out in zip(group.traits, out["traits"], strict=True):
            trait_out["sentence"] = trait.sentence
    return answer(FailuresOut.model_validate(_with_text_keys(fields)).model_dump_json())


def _with_text_keys(fields: Fields) -> Fields:
    for group in fields["groups"]:
        group["return_codes"] = {str(code): n for code, n in group["return_codes"].items()}
    return fields


@router.get("/workflows/{int:workflow_id}/rerun_preview", response=RerunPreviewOut)
def preview_rerun(request: ApiRequest, workflow_id: int, query: Query[RerunQuery]) -> Fields:
    """Say what a rerun would reset, overwrite and ask; nothing is changed."""
    workflow = workflow_of(request.auth, workflow_id)
    return _fields(rerun.preview(workflow, _selection(query), _options(query)))


@router.post("/workflows/{int:workflow_id}/rerun", response=RerunOut)
def rerun_jobs(request: ApiRequest, workflow_id: int, body: RerunIn | None = None) -> Fields:
    """Run jobs again within the present run; all that is checked, counted and done is one action.

    With force what runs among them is canceled first, and inputs are not looked for.
    """
    workflow_of(request.auth, workflow_id)
    asked = body or RerunIn()
    if not asked.force:
        rerun.check_rerun(workflow_id)
    with audited(request, "rerun_jobs", workflow_id) as trail:
        done = rerun.rerun(
            workflow_id,
            _selection(asked),
            _options(asked, starts=asked.start, force=asked.force),
            by=request.auth.username,
            expected=asked.fingerprint,
        )
        trail.add(**done.summary)
    publish(done.opened)
    return {**_fields(done.done), "is_active": done.is_active, "audit_id": trail.entry_id}


def _selection(asked: RerunQuery) -> Selection:
    return Selection(
        job_ids=tuple(asked.job_ids),
        statuses=tuple(JobStatus.of_word(word) for word in asked.statuses),
        family=asked.family,
        cause=asked.cause,
        name=asked.name,
        return_code=asked.return_code,
    )


def _options(asked: RerunQuery, *, starts: bool = True, force: bool = False) -> RerunOptions:
    return RerunOptions(
        with_downstream=asked.downstream,
        with_upstream=asked.upstream,
        change=ResourceChange(asked.memory, asked.runtime, asked.num_cpus, asked.num_gpus),
        starts=starts,
        force=force,
    )


def _fields(preview: RerunPreview) -> Fields:
    return {**asdict(preview), "n_jobs": preview.n_jobs}
