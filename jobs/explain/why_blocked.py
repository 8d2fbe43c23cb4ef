"""What blocked jobs wait for, in one query however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from database.sql import Statement, concat, dumps, ids_source
from jobs.sql import status_list
from jobs.statuses import COMPLETE, JobStatus
from specification.texts.counts import counted

MAX_COUNTED = 5_000
"""Members of overlapping sets that are compared one by one; beyond that the count is a bound."""

_STUCK = frozenset({JobStatus.DISABLED, JobStatus.PENDING_FAILED})
"""Unfinished statuses that only a person ends."""


class _OpenSetRow(NamedTuple):
    """One row of `_open_sets_sql`; ids are joined by commas."""

    waiters: str
    members: str | None
    """The unfinished members; None if there are too many to compare."""
    n_members: int
    first_id: int
    name: str
    status: int


@dataclass(frozen=True, slots=True)
class _OpenSet:
    """A predecessor set with unfinished members, and the member to name."""

    n_members: int
    members: frozenset[str]
    """Their ids; none if there are too many to compare."""
    first_id: int
    name: str
    status: JobStatus

    @property
    def is_stuck(self) -> bool:
        """Return whether the named member ends only when a person acts."""
        return self.status in _STUCK


def why_blocked(job_ids: Sequence[int]) -> dict[int, str]:
    """Return one sentence for each of these jobs that has an unfinished predecessor."""
    waits = _open_sets(job_ids) if job_ids else {}
    counts = {sets: _count(sets) for sets in set(waits.values())}
    return {job_id: _sentence(sets, counts[sets]) for job_id, sets in waits.items()}


def _open_sets(job_ids: Sequence[int]) -> dict[int, tuple[_OpenSet, ...]]:
    """Return the open sets of each job that has any."""
    sets: dict[int, tuple[_OpenSet, ...]] = {}
    for row in map(_OpenSetRow._make, _open_sets_sql.fetch(dumps(job_ids), MAX_COUNTED)):
        members = frozenset(row.members.split(",")) if row.members else frozenset()
        open_set = _OpenSet(row.n_members, members, row.first_id, row.name, JobStatus(row.status))
        for job_id in map(int, row.waiters.split(",")):
            sets[job_id] = (*sets.get(job_id, ()), open_set)
    return sets


@Statement
def _open_sets_sql() -> str:
    """Each open set of some jobs once: which of them wait for it, and who is unfinished in it."""
    unfinished, stuck = status_list(set(JobStatus) - COMPLETE), status_list(_STUCK)
    return f"""
        WITH open_sets AS (
            SELECT s.id, s.n_remaining, {concat("CAST(w.job_id AS TEXT)")} AS waiters
            FROM jobs_jobwait w JOIN jobs_predecessorset s ON s.id = w.set_id
            WHERE w.job_id IN ({ids_source()}) AND s.n_remaining > 0 GROUP BY s.id, s.n_remaining
        ), bound AS (
            SELECT count(*) > 1 AND sum(n_remaining) <= %s AS is_counted FROM open_sets
        ), found AS (
            SELECT o.id, o.waiters, o.n_remaining,
                   {concat("CASE WHEN b.is_counted THEN CAST(q.id AS TEXT) END")} AS members,
                   COALESCE(min(CASE WHEN q.status IN {stuck} THEN q.id END),
                            min(q.id)) AS first_id
            FROM open_sets o CROSS JOIN bound b
            JOIN jobs_predecessormember m ON m.set_id = o.id
            JOIN jobs_job q ON q.id = m.job_id AND q.status IN {unfinished}
            GROUP BY o.id, o.waiters, o.n_remaining
        )
        SELECT f.waiters, f.members, f.n_remaining, j.id, j.name, j.status
        FROM found f JOIN jobs_job j ON j.id = f.first_id ORDER BY f.id"""


def _count(sets: tuple[_OpenSet, ...]) -> int:
    """Return how many different unfinished members the sets have, or an upper bound."""
    if len(sets) > 1 and all(open_set.members for open_set in sets):
        return len(frozenset[str]().union(*(open_set.members for open_set in sets)))
    return sum(open_set.n_members for open_set in sets)


def _sentence(sets: tuple[_OpenSet, ...], count: int) -> str:
    first = min(sets, key=lambda open_set: (not open_set.is_stuck, open_set.first_id))
    others = f" and {counted(count - 1, 'other')}" if count > 1 else ""
    stuck = f": {first.name} is {first.status.word.replace('_', ' ')}" if first.is_stuck else ""
    return f"waits for {first.name}{others}{stuck}"
