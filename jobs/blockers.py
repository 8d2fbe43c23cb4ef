"""Whom blocked jobs wait for, in a number of queries that does not grow with them."""

from __future__ import annotations

from collections.abc import Sequence

from jobs.database import dumps, fetch, ids_source
from jobs.states import COMPLETE, JobStatus

MAX_COUNTED = 5_000
"""Members of overlapping sets that are compared by name; beyond that the count is a bound."""

_UNFINISHED = ", ".join(str(one.value) for one in JobStatus if one not in COMPLETE)
_STUCK = f"{JobStatus.DISABLED.value}, {JobStatus.PENDING_FAILED.value}"


def why_blocked(job_ids: Sequence[int]) -> dict[int, str]:
    """One sentence for each of these jobs that has an unfinished predecessor."""
    open_sets = _open_sets(job_ids)
    if not open_sets:
        return {}
    firsts = _first_members({set_id for sets in open_sets.values() for set_id, _ in sets})
    shared = _count_overlapping([sets for sets in open_sets.values() if len(sets) > 1])
    return {
        job_id: _sentence(sets, firsts, shared)
        for job_id, sets in open_sets.items()
        if any(set_id in firsts for set_id, _ in sets)
    }


_Sets = tuple[tuple[int, int], ...]
"""(set id, unfinished members), by id."""
_First = tuple[bool, int, str, JobStatus]
"""Whether it moves, id, name and status: the least is the one to name."""


def _open_sets(job_ids: Sequence[int]) -> dict[int, _Sets]:
    sql = f"""
        SELECT w.job_id, s.id, s.n_remaining
        FROM jobs_jobwait w JOIN jobs_predecessorset s ON s.id = w.set_id
        WHERE w.job_id IN ({ids_source()}) AND s.n_remaining > 0 ORDER BY w.job_id, s.id"""
    found: dict[int, list[tuple[int, int]]] = {}
    for job_id, set_id, n_remaining in fetch(sql, [dumps(job_ids)]):
        found.setdefault(job_id, []).append((set_id, n_remaining))
    return {job_id: tuple(sets) for job_id, sets in found.items()}


def _first_members(set_ids: set[int]) -> dict[int, _First]:
    """Set id -> its first unfinished member; one that is stuck goes first."""
    sql = f"""
        SELECT x.set_id, j.id, j.name, j.status FROM (
            SELECT m.set_id, COALESCE(min(CASE WHEN q.status IN ({_STUCK}) THEN q.id END),
                                      min(q.id)) AS job_id
            FROM jobs_predecessormember m JOIN jobs_job q ON q.id = m.job_id
            WHERE m.set_id IN ({ids_source()}) AND q.status IN ({_UNFINISHED})
            GROUP BY m.set_id
        ) AS x JOIN jobs_job j ON j.id = x.job_id"""
    return {
        set_id: (not _is_stuck(status), job_id, name, JobStatus(status))
        for set_id, job_id, name, status in fetch(sql, [dumps(set_ids)])
    }


def _count_overlapping(combinations: Sequence[_Sets]) -> dict[_Sets, int]:
    """How many different unfinished members each combination of sets has."""
    wanted = set(combinations)
    set_ids = {set_id for sets in wanted for set_id, _ in sets}
    sizes = {set_id: size for sets in wanted for set_id, size in sets}
    if not wanted or sum(sizes.values()) > MAX_COUNTED:
        return {sets: sum(size for _, size in sets) for sets in wanted}
    sql = f"""
        SELECT m.set_id, m.job_id
        FROM jobs_predecessormember m JOIN jobs_job j ON j.id = m.job_id
        WHERE m.set_id IN ({ids_source()}) AND j.status IN ({_UNFINISHED})"""
    members: dict[int, set[int]] = {}
    for set_id, job_id in fetch(sql, [dumps(set_ids)]):
        members.setdefault(set_id, set()).add(job_id)
    return {sets: len(set().union(*(members.get(one, ()) for one, _ in sets))) for sets in wanted}


def _sentence(sets: _Sets, firsts: dict[int, _First], shared: dict[_Sets, int]) -> str:
    moves, _, name, status = min(firsts[set_id] for set_id, _ in sets if set_id in firsts)
    n_others = shared.get(sets, sets[0][1]) - 1
    others = "" if n_others < 1 else " and 1 other" if n_others == 1 else f" and {n_others} others"
    stuck = "" if moves else f": {name} is {status.word.replace('_', ' ')}"
    return f"waits for {name}{others}{stuck}"


def _is_stuck(status: int) -> bool:
    return status in (JobStatus.DISABLED, JobStatus.PENDING_FAILED)
