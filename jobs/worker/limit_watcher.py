"""Limits and measurements of the process trees that run here. Knows no Django.

One thread looks at all of them; it sleeps while nothing runs.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from jobs.worker import process as job_process
from jobs.worker.usage import MAX_POINTS, Point, encoded, thinned

logger = logging.getLogger(__name__)

SAMPLE_SECONDS = 1.0
"""Between two looks at memory and CPU, unless looking itself takes long."""
TICK_SECONDS = 0.25
GRACE_SECONDS = 10.0
"""From SIGTERM to SIGKILL."""
MAX_SHARE = 0.02
"""Of one CPU, for measuring."""
NOTE_SECONDS = (5.0, 60.0)
"""Between two notes of what a tree has used so far: soon at first, rarely in the end."""
NOTE_SHARE = 0.02
"""Of the time that a tree runs already, until the next note."""


@dataclass(slots=True)
class Usage:
    """What a tree was seen to use; None where it was never looked at."""

    n_samples: int = 0
    memory_sum: int = 0
    peak_memory: int = 0
    cpu_sum: float = 0.0
    peak_cpu: float = 0.0
    points: list[Point] = field(default_factory=list)
    """The looks over time; as it grows, earlier ones are merged."""

    def add(self, seconds: float, memory_bytes: int, cpu_percent: float) -> None:
        """Count one look: seconds since the start, bytes (PSS), percent of one CPU."""
        if len(self.points) >= 2 * MAX_POINTS:
            self.points = thinned(self.points)
        self.points.append(Point(seconds, memory_bytes, cpu_percent))
        self.n_samples += 1
        self.memory_sum += memory_bytes
        self.peak_memory = max(self.peak_memory, memory_bytes)
        self.cpu_sum += cpu_percent
        self.peak_cpu = max(self.peak_cpu, cpu_percent)

    @property
    def avg_memory(self) -> int | None:
        """Mean bytes."""
        return self.memory_sum // self.n_samples if self.n_samples else None

    @property
    def avg_cpu(self) -> float | None:
        """Mean percent of one CPU."""
        return self.cpu_sum / self.n_samples if self.n_samples else None


@dataclass(slots=True)
class Watched:
    """A running tree and how far it has come to its limits; times are monotonic seconds."""

    result_id: int
    record: Path
    started: float
    runtime_limit: int | None
    memory_limit: int | None
    notes: Path | None = None
    usage: Usage = field(default_factory=Usage)
    next_sample: float = 0.0
    next_note: float = 0.0
    end_reason: str = ""
    term_sent_at: float | None = None
    kill_sent_at: float | None = None
    processes: dict[int, psutil.Process] = field(default_factory=dict)


class Watcher:
    """Enforces runtime and memory limits and runs the ladder from SIGTERM to SIGKILL.

    Args:
        on_limit: called with (result id, kill reason) when a limit is hit; it must get the reason
            committed and then call `end`.
        grace_seconds: between SIGTERM and SIGKILL.
    """

    def __init__(
        self, on_limit: Callable[[int, str], None], grace_seconds: float = GRACE_SECONDS
    ) -> None:
        self._on_limit = on_limit
        self._grace = grace_seconds
        self._watched: dict[int, Watched] = {}
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def add(
        self,
        result_id: int,
        record: Path,
        started: float,
        runtime_limit: int | None,
        memory_limit: int | None,
        notes: Path | None = None,
    ) -> Watched:
        """Watch a tree from now on.

        Args:
            result_id: the attempt.
            record: its record file.
            started: the monotonic time of its start.
            runtime_limit: in seconds.
            memory_limit: in bytes.
            notes: the file that tells readers what it has used so far, gone once it ended.
        """
        watched = Watched(result_id, record, started, runtime_limit, memory_limit, notes)
        watched.next_sample = started + SAMPLE_SECONDS
        watched.next_note = started + NOTE_SECONDS[0]
        with self._lock:
            self._watched[result_id] = watched
        self._wake.set()
        return watched

    def remove(self, result_id: int) -> Usage:
        """Stop watching a tree that ended; return what it used."""
        with self._lock:
            watched = self._watched.pop(result_id, None)
        if watched is None:
            return Usage()
        if watched.notes and watched.usage.n_samples:
            with contextlib.suppress(OSError):
                watched.notes.unlink(missing_ok=True)
        return watched.usage

    def ids(self) -> list[int]:
        """Return the attempts that are watched now."""
        with self._lock:
            return list(self._watched)

    def end(self, result_id: int) -> bool:
        """Send SIGTERM now and SIGKILL after the grace; return False when the tree is not here."""
        with self._lock:
            watched = self._watched.get(result_id)
        if watched is None:
            return False
        if watched.term_sent_at is None:
            watched.term_sent_at = time.monotonic()
            job_process.send(watched.record, signal.SIGTERM)
            self._wake.set()
        return True

    def _run(self) -> None:
        while True:
            with self._lock:
                trees = list(self._watched.values())
            if not trees:
                self._wake.wait()
                self._wake.clear()
                continue
            for watched in trees:
                self._look_safely(watched)
            time.sleep(TICK_SECONDS)

    def _look_safely(self, watched: Watched) -> None:
        try:
            self._look(watched, time.monotonic())
        except Exception:  # one tree must not cost the others their limits
            watched.end_reason = ""
            logger.exception(
                "cannot check the limits of attempt %d, trying again in a moment", watched.result_id
            )

    def _look(self, watched: Watched, now: float) -> None:
        if watched.term_sent_at is not None:
            self._climb(watched, now)
        elif _is_over(watched.runtime_limit, now - watched.started):
            self._ask(watched, "runtime")
        elif now >= watched.next_sample:
            self._sample(watched, now)
            if _is_over(watched.memory_limit, watched.usage.peak_memory):
                self._ask(watched, "memory")

    def _ask(self, watched: Watched, reason: str) -> None:
        if not watched.end_reason:
            watched.end_reason = reason
            self._on_limit(watched.result_id, reason)

    def _climb(self, watched: Watched, now: float) -> None:
        assert watched.term_sent_at is not None
        due = watched.term_sent_at + self._grace
        if now >= due and (watched.kill_sent_at is None or now - watched.kill_sent_at > 1):
            watched.kill_sent_at = now
            job_process.send(watched.record, signal.SIGKILL)

    def _sample(self, watched: Watched, now: float) -> None:
        memory, cpu = _measure(watched)
        watched.usage.add(now - watched.started, memory, cpu)
        cost = time.monotonic() - now
        watched.next_sample = now + max(SAMPLE_SECONDS, cost / MAX_SHARE)
        if watched.notes and watched.usage.n_samples > 1 and now >= watched.next_note:
            shortest, longest = NOTE_SECONDS
            age = now - watched.started
            watched.next_note = now + min(max(shortest, age * NOTE_SHARE), longest)
            _note(watched.notes, watched.usage.points)


def _note(path: Path, points: Sequence[Point]) -> None:
    """Write a series whole or not at all; a full disk costs its readers the news, and no job."""
    draft = path.with_name(f".{path.name}")
    with contextlib.suppress(OSError):
        draft.write_text(encoded(points))
        os.replace(draft, path)


def _is_over(limit: int | None, value: float) -> bool:
    return limit is not None and value > limit


def _measure(watched: Watched) -> tuple[int, float]:
    """(bytes, percent of one CPU) of the tree; processes that vanish count as nothing."""
    record = job_process.read_record(watched.record)
    if record is None or record.pid is None:
        return 0, 0.0
    memory, cpu = 0, 0.0
    known = watched.processes
    for process in _tree(record.pid):
        process = known.setdefault(process.pid, process)
        try:
            memory += int(process.memory_full_info().pss)
            cpu += float(process.cpu_percent())
        except psutil.Error:
            known.pop(process.pid, None)
    return memory, cpu


def _tree(pid: int) -> list[psutil.Process]:
    try:
        leader = psutil.Process(pid)
        return [leader, *leader.children(recursive=True)]
    except psutil.Error:
        return []
