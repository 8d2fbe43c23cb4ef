"""The cheapest thing that may help a group of failed jobs. Pure."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from jobs.recording.causes import CauseKind

MORE_MEMORY = 1.5
MORE_TIME = 2
NEAR_LIMIT = 0.8
"""A job that was killed with this part of its memory in use was probably killed for it."""
_UNITS = ((1 << 40, "t"), (1 << 30, "g"), (1 << 20, "m"))
_LARGEST_MEMORY = 64 << 40
_LONGEST = 366 * 86_400
_ADVICE: Mapping[CauseKind, str] = {
    CauseKind.DISK_FULL: "Make room on the disk first.",
    CauseKind.MISSING_PROGRAM: "Make the program or module available first.",
    CauseKind.MISSING_FILE: "No job writes this file: create it first.",
}


class RemedyKind(StrEnum):
    """What is done beside running the jobs again."""

    MEMORY = "memory"
    RUNTIME = "runtime"
    UPSTREAM = "upstream"
    RERUN = "rerun"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a remedy depends on."""

    workflow_id: int
    cause: str
    kind: CauseKind
    n_jobs: int
    peak_memory: int | None
    """The highest of the group, in bytes."""
    memory: int
    """The most that a job of the group asks, in bytes."""
    runtime: int
    """The same in seconds."""
    is_written_by_jobs: bool
    """A file that they miss is written by other jobs of the workflow."""
    only_node: str | None
    """Where all of them ran, if others ran elsewhere."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A suggestion that one button can follow, by way of a preview."""

    kind: RemedyKind
    sentence: str
    """For the button."""
    advice: str
    """What a person should do or know first; often nothing."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Of the rerun, beside the cause that selects the jobs."""
    query: str = ""
    """The address of the preview begins with it: cause and options."""
    command: str = ""
    """The command line that does the same."""


def remedy_for(facts: Facts) -> Remedy:
    """The remedy that fits the facts."""
    jobs = "1 job" if facts.n_jobs == 1 else f"{facts.n_jobs:,} jobs"
    if _is_memory(facts):
        text = memory_text(max(facts.memory * MORE_MEMORY, facts.peak_memory or 0))
        asked = memory_text(facts.memory)
        sentence = f"Raise memory {asked} → {text} and rerun {jobs}"
        return _remedy(facts, RemedyKind.MEMORY, sentence, {"memory": text})
    if facts.kind is CauseKind.RUNTIME:
        text = runtime_text(min(facts.runtime * MORE_TIME, _LONGEST))
        sentence = f"Raise runtime {runtime_text(facts.runtime)} → {text} and rerun {jobs}"
        return _remedy(facts, RemedyKind.RUNTIME, sentence, {"runtime": text})
    if facts.kind is CauseKind.MISSING_FILE and facts.is_written_by_jobs:
        sentence = f"Rerun {jobs} with upstream"
        return _remedy(facts, RemedyKind.UPSTREAM, sentence, {"upstream": "true"})
    return _remedy(facts, RemedyKind.RERUN, f"Rerun {jobs}", {})


def _is_memory(facts: Facts) -> bool:
    if facts.kind is CauseKind.MEMORY:
        return True
    was_killed = facts.kind is CauseKind.SIGNAL and "(SIGKILL)" in facts.cause
    return was_killed and (facts.peak_memory or 0) >= NEAR_LIMIT * facts.memory


def _remedy(facts: Facts, kind: RemedyKind, sentence: str, options: Mapping[str, str]) -> Remedy:
    advice = _ADVICE.get(facts.kind, "") if kind is RemedyKind.RERUN else ""
    if not advice and kind is RemedyKind.RERUN and facts.only_node:
        advice = f"All of them ran on {facts.only_node}: look at that node first."
    words = ["torc", "jobs", "rerun", str(facts.workflow_id), "--cause", facts.cause]
    for name, value in options.items():
        words += [f"--{name}"] if value == "true" else [f"--{name}", value]
    query = urlencode({"cause": facts.cause, **options})
    return Remedy(kind, sentence, advice, options, query, shlex.join(words))


def memory_text(n_bytes: float) -> str:
    """A memory size as specs write it, rounded up to a whole number of its unit."""
    for size, unit in _UNITS:
        if n_bytes >= size:
            return f"{math.ceil(min(n_bytes, _LARGEST_MEMORY) / size)}{unit}"
    return "1m"


def runtime_text(seconds: int) -> str:
    """A duration as specs write it."""
    days, rest = divmod(int(seconds), 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    date = f"{days}D" if days else ""
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if n)
    return f"P{date}T{time}" if time else f"P{date or 'T0S'}"
