from typing import Any, Literal

from django.db.models import F, QuerySet
from django.http import Http404, HttpResponse
from ninja import Query, Router

from accounts.actors import Actor
from accounts.credentials import ApiRequest
from accounts.visibility import visible
from api.jobs.results_schemas import LogQuery, ResultListOut, ResultListQuery, ResultOut
from api.jobs.serializers import STATUS_WORDS
from api.pagination import ordered, page
from api.queries import row_or_404, visible_job, visible_workflow
from api.schemas import DeletedOut, Fields, Id, deleted_fields
from jobs.logs.read import Stream, read_log
from jobs.models import Result
from jobs.statuses import ENDED_BADLY, JobStatus
from web.requests import as_download
from workflows.editing import results as editing
from workflows.models import Workflow

COLUMNS = (
    *("id", "job_id", "workflow_id", "run_id", "attempt_id", "compute_node_id", "return_code"),
    *("status", "reason", "cause", "error_line", "peak_memory_bytes", "avg_memory_bytes"),
    *("peak_cpu_percent", "avg_cpu_percent"),
)
SORTS = {
    **{name: name for name in COLUMNS},
    "job_name": "job__name",
    "exec_time_minutes": "exec_seconds",
    "completion_time": "ended_at",
}
NEVER_STARTED = -1
"""The return code of an attempt that never had a process."""
NO_NODE = 0
"""The id of a node that has been deleted."""

router = Router(tags=["results"])


@router.get("/results", response=ResultListOut)
def list_results(request: ApiRequest, query: Query[ResultListQuery]) -> HttpResponse:
    """List how attempts ended: the last of each job in the present run, unless all are wanted."""
    workflow = visible_workflow(request.auth, query.workflow_id)
    rows = _wanted(Result.objects.ended().filter(workflow=workflow), workflow, query)
    if query.job_id is not None:
        rows = rows.filter(job_id=query.job_id)
    if query.return_code is not None:
        rows = rows.filter(return_code=query.return_code)
    if query.status is not None:
        rows = rows.filter(status=JobStatus.of_word(query.status).value)
    if query.failed:
        rows = rows.filter(status__in=ENDED_BADLY)
    if query.compute_node_id is not None:
        rows = rows.filter(compute_node_id=query.compute_node_id)
    return page(ordered(_values(rows), query, SORTS), query, _finish)


def _wanted(rows: QuerySet[Result], workflow: Workflow, query: ResultListQuery) -> QuerySet[Result]:
    if query.run_id is not None:
        rows = rows.filter(run_id=query.run_id)
    if query.all_runs or query.run_id not in (None, workflow.run_id):
        return rows
    # An earlier attempt of the present run has been superseded by the job's last one.
    return rows.filter(run_id=workflow.run_id, attempt_id=F("job__n_attempts"))


def _values(rows: QuerySet[Result]) -> "QuerySet[Result, Fields]":
    values: QuerySet[Result, Fields] = rows.values(
        *COLUMNS, "exec_seconds", "ended_at", job_name=F("job__name")
    )
    return values


def _finish(results: list[Fields]) -> list[Fields]:
    for result in results:
        ended_at, seconds = result.pop("ended_at"), result.pop("exec_seconds")
        result["status"] = STATUS_WORDS[result["status"]]
        result["completion_time"] = ended_at.isoformat() if ended_at else ""
        result["exec_time_minutes"] = (seconds or 0.0) / 60
        if result["return_code"] is None:
            result["return_code"] = NEVER_STARTED
        result["compute_node_id"] = result["compute_node_id"] or NO_NODE
    return results


@router.delete("/results", response=DeletedOut)
def delete_results(request: ApiRequest, workflow_id: Id) -> Fields:
    """Delete the ended results of a workflow, of all its runs."""
    workflow = visible_workflow(request.auth, workflow_id)
    return deleted_fields(editing.delete_results(workflow.pk), "result")


@router.get("/results/{int:result_id}", response=ResultOut)
def get_result(request: ApiRequest, result_id: int) -> Fields:
    """Return one result."""
    return _one(request.auth, result_id)


@router.delete("/results/{int:result_id}", response=ResultOut)
def delete_result(request: ApiRequest, result_id: int) -> Fields:
    """Delete one result."""
    deleted = _one(request.auth, result_id)
    editing.delete_results(deleted["workflow_id"], [result_id])
    return deleted


@router.get("/results/{int:result_id}/logs/{stream}")
def get_log(
    request: ApiRequest,
    result_id: int,
    stream: Literal["stdout", "stderr"],
    query: Query[LogQuery],
) -> HttpResponse:
    """Return part of an attempt's log as text; without an offset, the end of the log.

    X-Log-Offset says where the part begins, X-Log-Next-Offset where the next part begins and
    X-Log-Size how long the log is at present; all are in bytes. X-Log-Is-Complete is `false` while
    the attempt runs, X-Log-Source `stored-end` if the log itself is on another machine.
    """
    result = row_or_404(visible(Result.objects.all(), request.auth), "result", result_id)
    return _log_part(result, stream, query)


@router.get("/jobs/{int:job_id}/logs/{stream}")
def get_log_of_job(
    request: ApiRequest,
    job_id: int,
    stream: Literal["stdout", "stderr"],
    query: Query[LogQuery],
) -> HttpResponse:
    """Return part of the log of a job's last attempt, which may still run.

    X-Log-Result-Id names the attempt: its other parts are those of this result.
    """
    attempts = Result.objects.filter(job=visible_job(request.auth, job_id))
    result = attempts.order_by("-pk").first()
    if result is None:
        raise Http404(f"Job {job_id} has not run yet, so there is no log.")
    return _log_part(result, stream, query)


def _log_part(result: Result, stream: Stream, query: LogQuery) -> HttpResponse:
    part = read_log(result, stream, query.offset, query.limit)
    response = HttpResponse(part.content, content_type="text/plain; charset=utf-8")
    response.headers["X-Log-Offset"] = str(part.offset)
    response.headers["X-Log-Next-Offset"] = str(part.next_offset)
    response.headers["X-Log-Size"] = str(part.size)
    response.headers["X-Log-Result-Id"] = str(result.pk)
    # The attempt was read before its log: nothing is missing after the end of one that has ended.
    response.headers["X-Log-Is-Complete"] = "false" if result.ended_at is None else "true"
    response.headers["X-Log-Source"] = "file" if part.is_whole_file else "stored-end"
    return as_download(response, f"{result.pk}.{stream}.txt")


def _one(actor: Actor, result_id: int) -> dict[str, Any]:
    rows = visible(Result.objects.all(), actor).ended()
    row_or_404(rows, "result", result_id)
    return _finish(list(_values(rows.filter(pk=result_id))))[0]
