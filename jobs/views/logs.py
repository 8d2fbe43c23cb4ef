from dataclasses import dataclass
from typing import Any, get_args

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jobs.logs import Stream, open_log, read_log
from jobs.logtext import Excerpt, excerpt
from jobs.models import Job, Result
from torc_site.pages import BUSY_SECONDS
from workflows.views.header import workflow_of

STREAMS: tuple[Stream, ...] = get_args(Stream)
NOT_RUN = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class LogView:
    """The end of a log, and how a page goes on with it."""

    stream: Stream
    excerpt: Excerpt
    skipped: int
    """Bytes before what is shown."""
    size: int
    is_whole_file: bool
    more_url: str | None
    """Where the next part comes from; None once the log is complete."""


def log_context(request: HttpRequest, job: Job, attempt: Result | None) -> dict[str, Any]:
    """Return what a job's page needs to show the log of an attempt."""
    asked = request.GET.get("log")
    is_bad = attempt is not None and bool(attempt.return_code)
    default: Stream = "stderr" if is_bad else "stdout"
    stream = next((one for one in STREAMS if one == asked), default)
    log = None if attempt is None else _view(job, attempt, stream, None)
    return {"log": log, "streams": STREAMS, "log_seconds": BUSY_SECONDS}


@require_safe
def log(
    request: HttpRequest, workflow_id: int, job_id: int, result_id: int, stream: str
) -> HttpResponse:
    """Send what has been written to a log since a page looked at it last."""
    attempt = _attempt_of(request, workflow_id, job_id, result_id)
    offset, seen = (_number(request.GET.get(name, "")) for name in ("from", "seen"))
    shown = _view(attempt.job, attempt, _stream(stream), offset)
    if shown.size == seen and shown.more_url:
        return HttpResponse(status=204)
    return render(request, "jobs/_log_more.html", {"log": shown, "log_seconds": BUSY_SECONDS})


@require_safe
def raw_log(
    request: HttpRequest, workflow_id: int, job_id: int, result_id: int, stream: str
) -> HttpResponseBase:
    """Download a log as it is; without its file, the tail that was kept of it."""
    attempt = _attempt_of(request, workflow_id, job_id, result_id)
    name = _stream(stream)
    kind = "text/plain; charset=utf-8"
    file = open_log(attempt, name)
    response: FileResponse | HttpResponse
    if file is None:
        response = HttpResponse(read_log(attempt, name).content, content_type=kind)
    else:
        response = FileResponse(file, content_type=kind)
    # A log holds whatever a job prints: it is shown as text or saved, never run.
    response.headers["Content-Disposition"] = f'attachment; filename="{result_id}.{name}.txt"'
    response.headers["Content-Security-Policy"] = NOT_RUN
    return response


def _view(job: Job, attempt: Result, stream: Stream, offset: int | None) -> LogView:
    part = read_log(attempt, stream, offset)
    has_all = part.next_offset >= part.size and attempt.ended_at is not None
    is_cut = offset is None and part.offset > 0
    shown = excerpt(part.content, part.offset, is_cut=is_cut, is_last=has_all)
    path = reverse("log", args=[job.workflow_id, job.pk, attempt.pk, stream])
    return LogView(
        stream=stream,
        excerpt=shown,
        skipped=part.offset if offset is None else 0,
        size=part.size,
        is_whole_file=part.is_whole_file,
        more_url=None if has_all else f"{path}?from={shown.next_offset}&seen={part.size}",
    )


def _attempt_of(request: HttpRequest, workflow_id: int, job_id: int, result_id: int) -> Result:
    workflow = workflow_of(request, workflow_id)
    rows = Result.objects.select_related("job").filter(workflow=workflow, job=job_id)
    found = rows.filter(pk=result_id).first()
    if found is None:
        raise Http404(f"There is no attempt {result_id} of job {job_id}.")
    return found


def _stream(text: str) -> Stream:
    for one in STREAMS:
        if one == text:
            return one
    raise Http404(f"There is no log {text}.")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
