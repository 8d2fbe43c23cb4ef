from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
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
    parts_of,
    read_log,
    whole_log,
)
from jobs.logs.search import Hits, find
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
    """Some lines of a log, and the addresses of the others."""

    stream: Stream
    excerpt: Excerpt
    first_line: int | None
    """The number of the first line; None if that is too far from the beginning to count."""
    offset: int
    size: int
    is_whole_file: bool
    is_done: bool
    """True if the attempt has ended, and this is the end of its log."""
    path: str
    marked: tuple[int, int] | None = None
    """The first and the last of the lines that a link leads to."""
    is_cut: bool = False
    """True if it stops before the present end of the log."""

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
        """Return the query for later lines that are there already; empty if there are none."""
        return _query(after=self.excerpt.next_offset, number=self.next_line) if self.is_cut else ""

    @property
    def more_url(self) -> str | None:
        """Return the address of lines that are not written yet; None once the log is complete."""
        if self.is_cut or self.is_done:
            return None
        query = _query(**{"from": self.excerpt.next_offset}, number=self.next_line, seen=self.size)
        return f"{self.path}?{query}"


@dataclass(frozen=True, slots=True)
class LogSearch:
    """A search in a log and its hits."""

    text: str
    hits: Hits
    is_partial: bool
    """True if the log is longer than what was searched."""


def _query(**parameters: int | None) -> str:
    return urlencode({name: value for name, value in parameters.items() if value is not None})


def log_context(request: HttpRequest, job: Job, attempt: Result | None) -> dict[str, Any]:
    """Return what a job's page needs to show the log of an attempt."""
    name = request.GET.get("log")
    is_bad = attempt is not None and bool(attempt.return_code)
    default: Stream = "stderr" if is_bad else "stdout"
    stream = next((stream for stream in STREAMS if stream == name), default)
    text = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    context: dict[str, Any] = {"streams": STREAMS, "log_seconds": BUSY_SECONDS, "q": text}
    if attempt is None:
        return context | {"log": None}
    search = _search(attempt, stream, text) if text else None
    return context | {"log": _view_in(request, job, attempt, stream), "search": search}


def _search(attempt: Result, stream: Stream, text: str) -> LogSearch:
    hits = find(parts_of(attempt, stream), text)
    return LogSearch(text, hits, read_log(attempt, stream, 0, 0).size > MAX_SCANNED)


def _view_in(request: HttpRequest, job: Job, attempt: Result, stream: Stream) -> LogView:
    """Return the lines that the address names, by default the last ones."""
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
    """Send lines that a page does not show yet: new ones, or those before or after its lines."""
    attempt = _attempt_of(request, workflow_id, job_id, result_id)
    name = _stream(stream)
    query = {key: _number(request.GET[key]) for key in request.GET if request.GET[key]}
    if "before" in query:
        view = _backward(attempt.job, attempt, name, query["before"], upto=query.get("upto"))
        return render(request, "jobs/_log_earlier_lines.html", {"log": view, "attempt": attempt})
    is_live = "after" not in query
    start = query.get("from" if is_live else "after", 0)
    number = query.get("number")
    view = _forward(attempt.job, attempt, name, start, number=number, is_live=is_live)
    if view.more_url and not view.excerpt.blocks and view.size == query.get("seen"):
        return HttpResponse(status=204)
    context = {"log": view, "log_seconds": BUSY_SECONDS, "attempt": attempt}
    return render(request, "jobs/_log_lines.html", context)


@require_safe
def raw_log(
    request: HttpRequest, workflow_id: int, job_id: int, result_id: int, stream: str
) -> HttpResponseBase:
    """Download a log as it is; without its file, the end of it that is stored."""
    attempt = _attempt_of(request, workflow_id, job_id, result_id)
    name = _stream(stream)
    kind = "text/plain; charset=utf-8"
    log_file = whole_log(attempt, name)
    if log_file is None:
        answer = HttpResponse(read_log(attempt, name).content, content_type=kind)
        return as_download(answer, f"{result_id}.{name}.txt")
    size, parts = log_file
    response = StreamingHttpResponse(parts, content_type=kind)
    response.headers["Content-Length"] = str(size)
    return as_download(response, f"{result_id}.{name}.txt")


def _backward(
    job: Job, attempt: Result, stream: Stream, end: int | None, upto: int | None = None
) -> LogView:
    """Return the last lines before a byte, or of the whole log.

    Args:
        job: whose log.
        attempt: whose log.
        stream: which of its two logs.
        end: where a later line begins; None for the end of the log.
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
    lines = LogPart(part.content[first:], offset, part.size, part.is_whole_file)
    return _view(job, attempt, stream, lines, number, is_cut=end is not None)


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
    """Return the lines that begin at a byte: as many as a page shows, or all of them if live.

    Args:
        job: whose log.
        attempt: whose log.
        stream: which of its two logs.
        start: where a line begins.
        number: of that line, if it is known.
        marked: the first and the last line that a link leads to.
        is_live: follow the log while it is written.
    """
    part = read_log(attempt, stream, start)
    content = part.content if is_live else part.content[: end_of_first(part.content, MAX_LINES)]
    is_cut = part.offset + len(content) < part.size
    if number is None:
        n_before = count_lines(attempt, stream, part.offset)
        number = None if n_before is None else n_before + 1
    lines = LogPart(content, part.offset, part.size, part.is_whole_file)
    is_cut = is_cut and not is_live
    return _view(job, attempt, stream, lines, number, is_cut=is_cut, marked=marked)


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
    lines = excerpt(part.content, part.offset, is_last=is_done)
    return LogView(
        stream=stream,
        excerpt=lines,
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
    attempt = rows.defer("usage").filter(pk=result_id).first()
    if attempt is None:
        raise Http404(f"There is no attempt {result_id} of job {job_id}.")
    return attempt


def _stream(text: str) -> Stream:
    for stream in STREAMS:
        if stream == text:
            return stream
    raise Http404(f"There is no log {text}.")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _marked(text: str) -> tuple[int, int] | None:
    """Read `12` or `12-20`."""
    first, _, last = text.replace("L", "").partition("-")
    start, end = _number(first), _number(last)
    return (start, max(start, end)) if start else None
