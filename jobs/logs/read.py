"""The log of an attempt: its file if this machine has it, else the end that is stored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import Literal

from django.conf import settings

from accounts.token_text import masked
from jobs.logs.text import end_of_first
from jobs.models import LogTail, Result
from jobs.worker.log_files import open_log_file, read_masked
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


def whole_log(result: Result, stream: Stream) -> tuple[int, Iterator[bytes]] | None:
    """Return the size in bytes and the parts of the whole log; None if it is not on this machine.

    What is written while it is read is left out.
    """
    descriptor = open_log_file(path_of(result, stream))
    if descriptor is None:
        return None
    file = os.fdopen(descriptor, "rb", buffering=0)
    size = os.fstat(descriptor).st_size
    return size, _parts(file, size)


def _parts(file: RawIOBase, size: int) -> Iterator[bytes]:
    with file:
        for start in range(0, size, MAX_READ):
            yield read_masked(file.fileno(), start, min(MAX_READ, size - start))


def path_of(result: Result, stream: Stream) -> Path:
    """Return where the node that runs the attempt keeps the log; made of ids alone."""
    return _folder(result) / f"{result.pk}.{SUFFIXES[stream]}"


def series_so_far(result: Result) -> list[Point]:
    """Return the measured usage of a running attempt; empty on a machine without its file."""
    part = _from_file(_folder(result) / f"{result.pk}{NOTES_SUFFIX}", 0, MAX_READ)
    return decoded(part.content.decode(errors="replace")) if part else []


def _folder(result: Result) -> Path:
    return Path(settings.TORC_DATA_DIR) / "logs" / str(result.workflow_id)


def _from_file(path: Path, offset: int | None, limit: int) -> LogPart | None:
    descriptor = open_log_file(path)
    if descriptor is None:
        return None
    try:
        size = os.fstat(descriptor).st_size
        start = _start(offset, size, limit)
        content = read_masked(descriptor, start, limit)
        return LogPart(content, start, max(size, start + len(content)), True)
    finally:
        os.close(descriptor)


def _from_tail(result: Result, stream: Stream, offset: int | None, limit: int) -> LogPart:
    tail = LogTail.objects.filter(pk=result.pk).values_list(stream, flat=True).first() or ""
    content = masked(tail.encode(errors="replace"))
    start = _start(offset, len(content), limit)
    return LogPart(content[start : start + limit], start, len(content), False)


def _start(offset: int | None, size: int, limit: int) -> int:
    return max(size - limit, 0) if offset is None else min(offset, size)
