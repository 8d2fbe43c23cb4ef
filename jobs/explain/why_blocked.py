"""Whom blocked jobs wait for, in one query however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from database.sql import Statement, concat, dumps, ids_source
from jobs.statuses import COMPLETE, JobStatus

MAX_COUNTED = 5_000
"""Members of overlapping sets that are compared one by one; beyond that the count is a bound."""

_UNFINISHED = ", ".join(str(one.value) for one in JobStatus if one not in COMPLETE)
_STUCK = f"{JobStatus.DISABLED.value}, {JobStatus.PENDING_FAILED.value}"


@dataclass(frozen=True, slots=True)
class _OpenSet:
    """A predecessor set with unfinished members, and the one of them to name."""

    n_members: int
    members: frozenset[str]
    """Their ids; none if there are too many to compare."""
    first_id: int
    name: str
    status: JobStatus

    @property
    def is_stuck(self) -> bool:
        """The member to name does not move by itself."""
        return self.status in (JobStatus.DISABLED, JobStatus.PENDING_FAILED)


def why_blocked(job_ids: Sequence[int]) -> dict[int, str]:
    """One sentence for each of these jobs that has an unfinished predecessor."""
    waits = _open_sets(job_ids) if job_ids else {}
    counts = {sets: _count(sets) for sets in set(waits.values())}
    return {job_id: _sentence(sets, counts[sets]) for job_id, sets in waits.items()}


def _open_sets(job_ids: Sequence[int]) -> dict[int, tuple[_OpenSet, ...]]:
    """The open sets of each job that has any."""
    found: dict[int, tuple[_OpenSet, ...]] = {}
    for row in _open.fetch(dumps(job_ids), MAX_COUNTED):
        waiters, members, n_members, first_id, name, status = row
        ids = frozenset(members.split(",")) if members else frozenset()
        one = _OpenSet(n_members, ids, first_id, name, JobStatus(status))
        for job_id in waiters.split(","):
            found[int(job_id)] = (*found.get(int(job_id), ()), one)
    return found


@Statement
def _open() -> str:
    """Each open set of some jobs once: who of them waits for it, and who is unfinished in it."""
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
                   COALESCE(min(CASE WHEN q.status IN ({_STUCK}) THEN q.id END),
                            min(q.id)) AS first_id
            FROM open_sets o CROSS JOIN bound b
            JOIN jobs_predecessormember m ON m.set_id = o.id
            JOIN jobs_job q ON q.id = m.job_id AND q.status IN ({_UNFINISHED})
            GROUP BY o.id, o.waiters, o.n_remaining
        )
        SELECT f.waiters, f.members, f.n_remaining, j.id, j.name, j.status
        FROM found f JOIN jobs_job j ON j.id = f.first_id ORDER BY f.id"""


def _count(sets: tuple[_OpenSet, ...]) -> int:
    """How many different unfinished members the sets have, or a bound of that."""
    if len(sets) > 1 and all(one.members for one in sets):
        return len(frozenset[str]().union(*(one.members for one in sets)))
    return sum(one.n_members for one in sets)


def _sentence(sets: tuple[_OpenSet, ...], count: int) -> str:
    first = min(sets, key=lambda one: (not one.is_stuck, one.first_id))
    n_others = count - 1
    others = "" if n_others < 1 else " and 1 other" if n_others == 1 else f" and {n_others} others"
    stuck = f": {first.name} is {first.status.word.replace('_', ' ')}" if first.is_stuck else ""
    return f"waits for {first.name}{others}{stuck}"
