"""Stages of a graph: how long the longest chain of dependencies before each job is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specification.dependencies.inputs_and_outputs import Indices

NEVER = -1


def stages_of(waits_on: Sequence[Indices], sets: Sequence[Indices]) -> list[int]:
    """Return for each job the length of the longest chain before it, -1 if it can never run.

    Args:
        waits_on: for each job the positions of the sets that it waits on.
        sets: the members of each set.
    """
    sets_of: list[list[int]] = [[] for _ in waits_on]
    for at, members in enumerate(sets):
        for job in members:
            sets_of[job].append(at)
    waiting: list[list[int]] = [[] for _ in sets]
    for job, waited in enumerate(waits_on):
        for at in waited:
            waiting[at].append(job)
    n_members = [len(members) for members in sets]
    n_sets = [len(waited) for waited in waits_on]
    stages = [NEVER] * len(waits_on)
    wave = [job for job, waited in enumerate(waits_on) if not waited]
    stage = 0
    while wave:
        for job in wave:
            stages[job] = stage
        finished = count_down(n_members, (at for job in wave for at in sets_of[job]))
        wave = count_down(n_sets, (job for at in finished for job in waiting[at]))
        stage += 1
    return stages


def count_down(counts: list[int], positions: Iterable[int]) -> list[int]:
    """Decrease the count at each position by one; return the positions that reach zero."""
    finished = []
    for at in positions:
        counts[at] -= 1
        if counts[at] == 0:
            finished.append(at)
    return finished
