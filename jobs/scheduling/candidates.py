"""Ready jobs in the order in which they are placed: `jobs_sort_method` of each workflow.

Knows no rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from heapq import merge

from jobs.scheduling.need import Need

Rank = tuple[int, ...]
"""Of two jobs, the one with the smaller rank goes first."""


class SortMethod(StrEnum):
    """Torc's values of `jobs_sort_method`: what decides among jobs of equal priority."""

    GPUS_RUNTIME_MEMORY = "gpus_runtime_memory"
    """Most GPUs first, then the longest runtime, then the most memory."""
    GPUS_MEMORY_RUNTIME = "gpus_memory_runtime"
    """Most GPUs first, then the most memory, then the longest runtime."""
    NONE = "none"
    """The oldest first."""

    @classmethod
    def of(cls, option: str | None) -> SortMethod:
        """Return the method of a workflow with this option; Torc's default if it has none."""
        try:
            return cls(option or DEFAULT_SORT_METHOD)
        except ValueError:  # somebody broke the row
            return DEFAULT_SORT_METHOD


DEFAULT_SORT_METHOD = SortMethod.GPUS_RUNTIME_MEMORY


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ready job, with all that decides when it is placed."""

    job_id: int
    need: Need
    priority: int = 0
    runtime_seconds: int = 0
    workflow_id: int = 0
    sort_method: SortMethod = DEFAULT_SORT_METHOD
    """Of its workflow."""
    folder: str | None = None
    """Of its workflow: where it runs."""


def rank(candidate: Candidate, method: SortMethod) -> Rank:
    """Return what a job is sorted by: priority, then what the method names, then its age."""
    return (-candidate.priority, *_demands(candidate, method), candidate.job_id)


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return ready jobs in the order in which they may be placed.

    Jobs of one workflow stand in the order of its method. Between workflows, the next job of each
    is compared as the default method does, so priorities count across all of them.
    """
    queues: defaultdict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        queues[candidate.workflow_id].append(candidate)
    for queue in queues.values():
        queue.sort(key=_rank_in_workflow)
    return list(merge(*queues.values(), key=_rank_among_workflows))


def _rank_in_workflow(candidate: Candidate) -> Rank:
    return rank(candidate, candidate.sort_method)


def _rank_among_workflows(candidate: Candidate) -> Rank:
    return rank(candidate, DEFAULT_SORT_METHOD)


def _demands(candidate: Candidate, method: SortMethod) -> Rank:
    gpus, memory = -candidate.need.num_gpus, -candidate.need.memory_bytes
    runtime = -candidate.runtime_seconds
    match method:
        case SortMethod.GPUS_RUNTIME_MEMORY:
            return (gpus, runtime, memory)
        case SortMethod.GPUS_MEMORY_RUNTIME:
            return (gpus, memory, runtime)
        case SortMethod.NONE:
            return ()
