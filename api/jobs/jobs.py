from collections.abc import Sequence

from django.http import HttpResponse
from ninja import Query, Router

from accounts.actors import Actor
from accounts.credentials import ApiRequest
from api.body_checks import refuse, refuse_changed, refuse_env, refuse_unsupported
from api.exceptions import Invalid
from api.jobs.edit import UNSUPPORTED, change_job
from api.jobs.jobs_schemas import (
    JobChange,
    JobIn,
    JobListOut,
    JobListQuery,
    JobOut,
    JobsIn,
    JobsOut,
)
from api.jobs.serializers import (
    SORTS,
    ids_parameter,
    job_fields,
    job_values,
    related_fields,
    single_job_fields,
)
from api.json_response import dumps, json_response
from api.names import checked_name, pointing_at_names
from api.pagination import ordered, page
from api.queries import visible_job, visible_workflow, workflow_of_items
from api.schemas import MAX_LIMIT, DeletedOut, Fields, Id, deleted_fields
from jobs.models import Job, JobFile, JobWait, PredecessorMember, Result
from jobs.statuses import JobStatus
from specification.limits import MAX_JOBS
from specification.names import check_command
from workflows.editing import delete_jobs as editing
from workflows.editing.add_jobs import NewJob, add_jobs
from workflows.lifecycle import lifecycle

NEW: Fields = {
    "status": JobStatus.UNINITIALIZED.word,
    "attempt_id": 1,
    "compute_node_id": None,
    "start_time": None,
    "reason": "",
    "parameters": {},
}
"""The values that a new job has in the fields that clients cannot set."""

router = Router(tags=["jobs"])


@router.get("/jobs", response=JobListOut)
def list_jobs(request: ApiRequest, query: Query[JobListQuery]) -> HttpResponse:
    """List the jobs of a workflow, each with why it does not run."""
    rows = Job.objects.filter(workflow=visible_workflow(request.auth, query.workflow_id))
    if query.status is not None:
        rows = rows.with_status(JobStatus.of_word(query.status))
    if query.name is not None:
        rows = rows.filter(name__contains=query.name)
    if query.exact_name is not None:
        rows = rows.filter(name=query.exact_name)
    if query.command is not None:
        rows = rows.filter(command__contains=query.command)
    if query.needs_file_id is not None:
        links = JobFile.objects.filter(file=query.needs_file_id, is_output=False)
        rows = rows.filter(pk__in=links.values("job_id"))
    if query.upstream_job_id is not None:
        sets = PredecessorMember.objects.filter(job=query.upstream_job_id)
        waits = JobWait.objects.filter(set_id__in=sets.values("set_id"))
        rows = rows.filter(pk__in=waits.values("job_id"))
    if query.active_compute_node_id is not None:
        attempts = Result.objects.open().filter(compute_node=query.active_compute_node_id)
        rows = rows.filter(pk__in=attempts.values("job_id"))
    if query.origin_is_set:
        rows = rows.none()  # no job here is made by another job or for a retry
    finish = related_fields if query.include_relationships else job_fields
    return page(ordered(job_values(rows), query, SORTS), query, finish)


@router.post("/jobs", response=JobOut)
def create_job(request: ApiRequest, body: JobIn) -> Fields:
    """Add one job to a workflow; it waits for the next initialize."""
    return _created(request.auth, [body], "")[0]


@router.post("/bulk_jobs", response=JobsOut)
def create_jobs(request: ApiRequest, body: JobsIn) -> HttpResponse:
    """Add up to 10,000 jobs to a workflow, all or none."""
    return json_response(dumps({"jobs": _created(request.auth, body.jobs, "/jobs/{}")}))


def _created(actor: Actor, items: Sequence[JobIn], at: str) -> list[Fields]:
    workflow = workflow_of_items(actor, [item.workflow_id for item in items], MAX_LIMIT)
    total = Job.objects.filter(workflow=workflow).count() + len(items)
    if total > MAX_JOBS:
        detail = f"The workflow would have {total:,} jobs; {MAX_JOBS:,} are allowed."
        hint = "Put the other jobs into a second workflow."
        raise Invalid("too_many_jobs", detail, hint=hint, limit=MAX_JOBS, actual=total)
    rows = [_new(item, at.format(position)) for position, item in enumerate(items)]
    with pointing_at_names(at):
        added = [job.pk for job in add_jobs(workflow.pk, rows)]
    stored = Job.objects.filter(pk__in=ids_parameter(added)).order_by("pk")
    return related_fields(list(job_values(stored)))


def _new(item: JobIn, at: str) -> NewJob:
    refuse(check_command(item.command), f"{at}/command")
    refuse_env(item.env or {}, f"{at}/env")
    refuse_unsupported(item, UNSUPPORTED, at)
    refuse_changed(item, NEW, NEW, at)
    flag = item.cancel_on_blocking_job_failure
    return NewJob(
        name=checked_name(item.name, at),
        command=item.command,
        requirements_id=item.resource_requirements_id,
        failure_handler_id=item.failure_handler_id,
        priority=item.priority or 0,
        cancel_on_blocking_job_failure=True if flag is None else flag,
        supports_termination=bool(item.supports_termination),
        env=item.env or {},
        depends_on_job_ids=item.depends_on_job_ids or (),
        input_file_ids=item.input_file_ids or (),
        output_file_ids=item.output_file_ids or (),
        input_user_data_ids=item.input_user_data_ids or (),
        output_user_data_ids=item.output_user_data_ids or (),
    )


@router.delete("/jobs", response=DeletedOut)
def delete_jobs(request: ApiRequest, workflow_id: Id) -> Fields:
    """Delete all jobs of a workflow with their results, unless one is running."""
    workflow = visible_workflow(request.auth, workflow_id)
    n_jobs = editing.delete_jobs(workflow.pk, by=request.auth.username)
    return deleted_fields(n_jobs, "job")


@router.get("/jobs/{int:job_id}", response=JobOut)
def get_job(request: ApiRequest, job_id: int) -> Fields:
    """Return one job with the ids of all it is linked to."""
    return single_job_fields(visible_job(request.auth, job_id).pk)


@router.put("/jobs/{int:job_id}", response=JobOut)
def update_job(request: ApiRequest, job_id: int, body: JobChange) -> Fields:
    """Change a job; fields that are left out stay.

    Requirements, failure handler and priority count from the next attempt on; the rest can be
    changed before the job is initialized.
    """
    job = visible_job(request.auth, job_id)
    change_job(job, body, single_job_fields(job_id))
    return single_job_fields(job_id)


@router.delete("/jobs/{int:job_id}", response=JobOut)
def delete_job(request: ApiRequest, job_id: int) -> Fields:
    """Delete one job with its results, unless it is running."""
    job = visible_job(request.auth, job_id)
    deleted = single_job_fields(job_id)
    editing.delete_jobs(job.workflow_id, [job_id], by=request.auth.username)
    return deleted


@router.put("/jobs/{int:job_id}/cancel", response=JobOut)
def cancel_job(request: ApiRequest, job_id: int) -> Fields:
    """Cancel one job; jobs that wait for it are canceled too unless their flag says otherwise."""
    visible_job(request.auth, job_id)
    lifecycle.cancel_job(job_id, by=request.auth.username)
    return single_job_fields(job_id)
