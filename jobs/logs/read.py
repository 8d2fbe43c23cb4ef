"""The log of an attempt: its file if this machine has it, else the end that is stored."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from django.conf import settings

from jobs.logs.text import end_of_first
from jobs.models import LogTail, Result
from jobs.worker.usage import NOTES_SUFFIX, Point, decoded

Stream = Literal["stdout", "stderr"]
SUFFIXES: dict[Stream, str] = {"stdout": "out", "stderr": "err"}
MAX_READ = 256 * 1024
MAX_SCANNED = 64 << 20
"""Bytes that a request may read to count or to search lines."""


@dataclass(frozen=True, slots=True)
class LogPart:
    """A part of a log and its place in the whole."""

    content: bytes
    offset: int
    size: int
    """Of the whole log, as far as it is known, in bytes."""
    is_whole_file: bool
    """False if only the stored end is available: offsets then count from its beginning."""

    @property
    def next_offset(self) -> int:
        """Return where the next part begins."""
        return self.offset + len(self.content)


def read_log(
    result: Result, stream: Stream, offset: int | None = None, limit: int = MAX_READ
) -> LogPart:
    """Return a part of an attempt's log.

    Args:
        result: the attempt, which may still run.
        stream: which of the two logs.
        offset: the first byte; None for as much of the end as the limit allows.
        limit: the most bytes, never more than 256 KiB.
    """
    most = min(limit, MAX_READ)
    part = _from_file(path_of(result, stream), offset, most)
    return part or _from_tail(result, stream, offset, most)


def parts_of(result: Result, stream: Stream, most: int = MAX_SCANNED) -> Iterator[bytes]:
    """Return a log from its beginning on, in parts."""
    offset = 0
    while offset < most:
        part = read_log(result, stream, offset, min(MAX_READ, most - offset))
        if part.content:
            yield part.content
        offset = part.next_offset
        if not part.content or offset >= part.size:
            return


def count_lines(result: Result, stream: Stream, end: int) -> int | None:
    """Return how many lines end before a byte; None if that is too far from the beginning."""
    if end > MAX_SCANNED:
        return None
    return sum(part.count(b"\n") for part in parts_of(result, stream, end)) if end else 0


def offset_of_line(result: Result, stream: Stream, number: int) -> int | None:
    """Return where a line begins, counted from 1; None if it is not there, or too far away."""
    offset, missing = 0, number - 1
    for part in parts_of(result, stream):
        n_here = part.count(b"\n")
        if missing <= n_here:
            return offset + end_of_first(part, missing)
        missing -= n_here
        offset += len(part)
    return None


def open_log(result: Result, stream: Stream) -> BinaryIO | None:
    """Return the whole log, open for reading, or None if this machine does not have it."""
    descriptor = _open_regular(path_of(result, stream))
    return None if descriptor is None else os.fdopen(descriptor, "rb")


def path_of(result: Result, stream: Stream) -> Path:
    """Return where the node that runs the attempt keeps the log; made of ids alone."""
    return _folder(result) / f"{result.pk}.{SUFFIXES[stream]}"


def series_so_far(result: Result) -> list[Point]:
    """Return the measured usage of a running attempt; empty on a machine without its file."""
    part = _from_file(_folder(result) / f"{result.pk}{NOTES_SUFFIX}", 0, MAX_READ)
    return decoded(part.content.decode(errors="replace")) if part else []


def _folder(result: Result) -> Path:
    return Path(settings.TORC_DATA_DIR) / "logs" / str(result.workflow_id)


def _open_regular(path: Path) -> int | None:
    """Open a regular file, never through a link, never waiting for a pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    return None


def _from_file(path: Path, offset: int | None, limit: int) -> LogPart | None:
    descriptor = _open_regular(path)
    if descriptor is None:
        return None
    try:
        size = os.fstat(descriptor).st_size
        start = _start(offset, size, limit)
        content = os.pread(descriptor, limit, start)
        return LogPart(content, start, max(size, start + len(content)), True)
    finally:
        os.close(descriptor)


def _from_tail(result: Result, stream: Stream, offset: int | None, limit: int) -> LogPart:
    tail = LogTail.objects.filter(pk=result.pk).values_list(stream, flat=True).first() or ""
    content = tail.encode(errors="replace")
    start = _start(offset, len(content), limit)
    return LogPart(content[start : start + limit], start, len(content), False)


def _start(offset: int | None, size: int, limit: int) -> int:
    return max(size - limit, 0) if offset is None else min(offset, size)
