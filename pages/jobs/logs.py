from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jobs.logs.read import (
    MAX_READ,
    MAX_SCANNED,
    LogPart,
    Stream,
    count_lines,
    offset_of_line,
    open_log,
    parts_of,
    read_log,
)
from jobs.logs.search import Found, find
from jobs.logs.text import Excerpt, end_of_first, excerpt, start_of_last
from jobs.models import Job, Result
from pages.live import BUSY_SECONDS
from pages.workflows.header import workflow_of
from web.requests import as_download

STREAMS: tuple[Stream, ...] = get_args(Stream)
MAX_LINES = 2_000
LINES_ABOVE = 20
"""Shown above the line that a link leads to."""
LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class LogView:
    """Some lines of a log, and how a page comes to the others."""

    stream: Stream
    excerpt: Excerpt
    first_line: int | None
    """The number of the first line; None if that is too far from the beginning to count."""
    offset: int
    size: int
    is_whole_file: bool
    is_done: bool
    """The attempt has ended, and this is the end of its log."""
    path: str
    marked: tuple[int, int] | None = None
    """The lines that a link leads to."""
    is_cut: bool = False
    """It stops before the present end of the log."""

    @property
    def blocks(self) -> list[tuple[str, int | None]]:
        """Return the lines in blocks, each with the number of its first line."""
        numbered, number = [], self.first_line
        for block in self.excerpt.blocks:
            numbered.append((block, number))
            number = None if number is None else number + block.count("\n")
        return numbered

    @property
    def next_line(self) -> int | None:
        """Return the number of the line that comes after these."""
        return None if self.first_line is None else self.first_line + self.excerpt.n_lines

    @property
    def earlier(self) -> str:
        """Return the query for the lines before these; empty if there are none."""
        return _query(before=self.offset, upto=self.first_line) if self.offset else ""

    @property
    def later(self) -> str:
        """Return the query for the lines that follow and are there already; empty if none."""
        return _query(after=self.excerpt.next_offset, number=self.next_line) if self.is_cut else ""

    @property
    def more_url(self) -> str | None:
        """Return where what is yet to be written comes from; None once the log is complete."""
        if self.is_cut or self.is_done:
            return None
        query = _query(**{"from": self.excerpt.next_offset}, number=self.next_line, seen=self.size)
        return f"{self.path}?{query}"


@dataclass(frozen=True, slots=True)
class LogSearch:
    """What a search in a log found."""

    text: str
    found: Found
    is_partial: bool = field(default=False)
    """The log is longer than what was searched."""


def _query(**given: int | None) -> str:
    return urlencode({name: value for name, value in given.items() if value is not None})


def log_context(request: HttpRequest, job: Job, attempt: Result | None) -> dict[str, Any]:
    """Return what a job's page needs to show the log of an attempt."""
    asked = request.GET.get("log")
    is_bad = attempt is not None and bool(attempt.return_code)
    default: Stream = "stderr" if is_bad else "stdout"
    stream = next((one for one in STREAMS if one == asked), default)
    text = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    context: dict[str, Any] = {"streams": STREAMS, "log_seconds": BUSY_SECONDS, "q": text}
    if attempt is None:
        return context | {"log": None}
    search = _search(attempt, stream, text) if text else None
    return context | {"log": _asked_view(request, job, attempt, stream), "search": search}


def _search(attempt: Result, stream: Stream, text: str) -> LogSearch:
    found = find(parts_of(attempt, stream), text)
    return LogSearch(text, found, read_log(attempt, stream, 0, 0).size > MAX_SCANNED)


def _asked_view(request: HttpRequest, job: Job, attempt: Result, stream: Stream) -> LogView:
    """Return the lines that the address asks for: the last ones unless it names others."""
    before, after = (_number(request.GET.get(name, "")) for name in ("before", "after"))
    marked = _marked(request.GET.get("line", ""))
    if marked:
        start = offset_of_line(attempt, stream, max(marked[0] - LINES_ABOVE, 1))
        if start is not None:
            return _forward(job, attempt, stream, start, marked=marked)
    if after:
        return _forward(job, attempt, stream, after)
    return _backward(job, attempt, stream, before or None)


@require_safe
def log(
    request: HttpRequest, workflow_id: int, job_id: int, result_id: int, stream: str
) -> HttpResponse:
    """Send lines of a log that a page does not show yet: new ones, or those around the others."""
    attempt = _attempt_of(request, workflow_id, job_id, result_id)
    name = _stream(stream)
    given = {key: _number(request.GET[key]) for key in request.GET if request.GET[key]}
    if "before" in given:
        shown = _backward(attempt.job, attempt, name, given["before"], upto=given.get("upto"))
        return render(request, "jobs/_log_earlier.html", {"log": shown, "attempt": attempt})
    is_live = "after" not in given
    start = given.get("from" if is_live else "after", 0)
    number = given.get("number")
    shown = _forward(attempt.job, attempt, name, start, number=number, is_live=is_live)
    if shown.more_url and not shown.excerpt.blocks and shown.size == given.get("seen"):
        return HttpResponse(status=204)
    context = {"log": shown, "log_seconds": BUSY_SECONDS, "attempt": attempt}
    return render(request, "jobs/_log_more.html", context)


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
    return as_download(response, f"{result_id}.{name}.txt")


def _backward(
    job: Job, attempt: Result, stream: Stream, end: int | None, upto: int | None = None
) -> LogView:
    """Return the last lines before a byte, or of the whole log.

    Args:
        upto: the number of the line that begins at `end`, if it is known.
    """
    start = None if end is None else max(end - MAX_READ, 0)
    part = read_log(attempt, stream, start, MAX_READ if end is None else end - (start or 0))
    first = part.content.find(b"\n") + 1 if part.offset else 0
    first += start_of_last(part.content[first:], MAX_LINES)
    offset = part.offset + first
    if upto is None:
        n_before = count_lines(attempt, stream, offset)
        number = None if n_before is None else n_before + 1
    else:
        number = max(upto - part.content[first:].count(b"\n"), 1)
    kept = LogPart(part.content[first:], offset, part.size, part.is_whole_file)
    return _view(job, attempt, stream, kept, number, is_cut=end is not None)


def _forward(
    job: Job,
    attempt: Result,
    stream: Stream,
    start: int,
    *,
    number: int | None = None,
    marked: tuple[int, int] | None = None,
    is_live: bool = False,
) -> LogView:
    """Return the lines from a byte on, that is the beginning of a line; all of them if live."""
    part = read_log(attempt, stream, start)
    content = part.content if is_live else part.content[: end_of_first(part.content, MAX_LINES)]
    is_cut = part.offset + len(content) < part.size
    if number is None:
        n_before = count_lines(attempt, stream, part.offset)
        number = None if n_before is None else n_before + 1
    kept = LogPart(content, part.offset, part.size, part.is_whole_file)
    is_cut = is_cut and not is_live
    return _view(job, attempt, stream, kept, number, is_cut=is_cut, marked=marked)


def _view(
    job: Job,
    attempt: Result,
    stream: Stream,
    part: LogPart,
    number: int | None,
    *,
    is_cut: bool,
    marked: tuple[int, int] | None = None,
) -> LogView:
    is_done = attempt.ended_at is not None and part.next_offset >= part.size
    shown = excerpt(part.content, part.offset, is_last=is_done)
    return LogView(
        stream=stream,
        excerpt=shown,
        first_line=number,
        offset=part.offset,
        size=part.size,
        is_whole_file=part.is_whole_file,
        is_done=is_done,
        path=reverse("log", args=[job.workflow_id, job.pk, attempt.pk, stream]),
        marked=marked,
        is_cut=is_cut and part.next_offset < part.size,
    )


def _attempt_of(request: HttpRequest, workflow_id: int, job_id: int, result_id: int) -> Result:
    workflow = workflow_of(request, workflow_id)
    rows = Result.objects.select_related("job").filter(workflow=workflow, job=job_id)
    found = rows.defer("usage").filter(pk=result_id).first()
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


def _marked(text: str) -> tuple[int, int] | None:
    """Read `12` or `12-20`."""
    first, _, last = text.replace("L", "").partition("-")
    start, end = _number(first), _number(last)
    return (start, max(start, end)) if start else None
