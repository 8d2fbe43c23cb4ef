"""The cheapest remedy that may help a group of failed jobs."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from jobs.recording.causes import CauseKind
from specification.texts.counts import counted

MORE_MEMORY = 1.5
MORE_TIME = 2
NEAR_LIMIT = 0.8
"""A job killed while it used this share of its memory was probably killed for it."""
_UNITS = ((1 << 40, "t"), (1 << 30, "g"), (1 << 20, "m"))
_LARGEST_MEMORY = 64 << 40
_LONGEST = 366 * 86_400
_ADVICE: Mapping[CauseKind, str] = {
    CauseKind.DISK_FULL: "Make room on the disk first.",
    CauseKind.MISSING_PROGRAM: "Make the program or module available first.",
    CauseKind.MISSING_FILE: "No job writes this file: create it first.",
}


class RemedyKind(StrEnum):
    """What is done besides running the jobs again."""

    MEMORY = "memory"
    RUNTIME = "runtime"
    UPSTREAM = "upstream"
    RERUN = "rerun"


@dataclass(frozen=True, slots=True)
class FailureFacts:
    """What a remedy depends on."""

    workflow_id: int
    cause: str
    kind: CauseKind
    n_jobs: int
    peak_memory: int | None
    """The highest peak of the group, in bytes."""
    memory: int
    """The largest requirement of the group, in bytes."""
    runtime: int
    """The longest requirement of the group, in seconds."""
    is_written_by_jobs: bool
    """Whether a file that they miss is written by other jobs of the workflow."""
    only_node: str | None
    """The node where all of them ran, if other jobs ran elsewhere."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A suggestion that one button can follow, by way of a preview."""

    kind: RemedyKind
    sentence: str
    """For the button."""
    advice: str
    """What a person should do or know first; often nothing."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Options of the rerun, besides the cause that selects the jobs."""
    query: str = ""
    """Cause and options, for the address of the preview."""
    command: str = ""
    """The command line that does the same."""


def choose_remedy(facts: FailureFacts) -> Remedy:
    """Return the remedy that fits the facts."""
    jobs = counted(facts.n_jobs, "job")
    if _is_memory(facts):
        text = memory_text(max(facts.memory * MORE_MEMORY, facts.peak_memory or 0))
        present = memory_text(facts.memory)
        sentence = f"Raise memory {present} → {text} and rerun {jobs}"
        return _remedy(facts, RemedyKind.MEMORY, sentence, {"memory": text})
    if facts.kind is CauseKind.RUNTIME:
        text = runtime_text(min(facts.runtime * MORE_TIME, _LONGEST))
        sentence = f"Raise runtime {runtime_text(facts.runtime)} → {text} and rerun {jobs}"
        return _remedy(facts, RemedyKind.RUNTIME, sentence, {"runtime": text})
    if facts.kind is CauseKind.MISSING_FILE and facts.is_written_by_jobs:
        sentence = f"Rerun {jobs} with upstream"
        return _remedy(facts, RemedyKind.UPSTREAM, sentence, {"upstream": "true"})
    return _remedy(facts, RemedyKind.RERUN, f"Rerun {jobs}", {})


def _is_memory(facts: FailureFacts) -> bool:
    if facts.kind is CauseKind.MEMORY:
        return True
    was_killed = facts.kind is CauseKind.SIGNAL and "(SIGKILL)" in facts.cause
    return was_killed and (facts.peak_memory or 0) >= NEAR_LIMIT * facts.memory


def _remedy(
    facts: FailureFacts, kind: RemedyKind, sentence: str, options: Mapping[str, str]
) -> Remedy:
    advice = _ADVICE.get(facts.kind, "") if kind is RemedyKind.RERUN else ""
    if not advice and kind is RemedyKind.RERUN and facts.only_node:
        advice = f"All of them ran on {facts.only_node}: look at that node first."
    words = ["torc", "jobs", "rerun", str(facts.workflow_id), "--cause", facts.cause]
    for name, value in options.items():
        words += [f"--{name}"] if value == "true" else [f"--{name}", value]
    query = urlencode({"cause": facts.cause, **options})
    return Remedy(kind, sentence, advice, options, query, shlex.join(words))


def memory_text(n_bytes: float) -> str:
    """Return a memory size as specs write it, rounded up to a whole number of its unit."""
    for size, unit in _UNITS:
        if n_bytes >= size:
            return f"{math.ceil(min(n_bytes, _LARGEST_MEMORY) / size)}{unit}"
    return "1m"


def runtime_text(seconds: int) -> str:
    """Return a duration as specs write it."""
    days, rest = divmod(int(seconds), 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    date = f"{days}D" if days else ""
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if n)
    return f"P{date}T{time}" if time else f"P{date or 'T0S'}"
