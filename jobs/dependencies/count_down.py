"""What follows from jobs that ended: countdown of the sets they are in, cascade, new ready jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from database.sql import Statement, dumps, fetch, rows_source, stamp, stamp_parameter
from jobs.sql import status_list
from jobs.statuses import BAD, CASCADE, RELEASE, JobStatus


@dataclass(slots=True)
class Cascade:
    """What followed from jobs that ended."""

    ready_ids: list[int] = field(default_factory=list)
    canceled_ids: list[int] = field(default_factory=list)


class _SetChange(NamedTuple):
    set_id: int
    n_ended: int
    bad_id: int | None


class _Member(NamedTuple):
    """A job that ended, and the one to blame if that was bad."""

    job_id: int
    blame_id: int | None


def settle(final: Mapping[int, JobStatus], now: datetime) -> Cascade:
    """Count down what waited for the jobs that ended, to a fixed point.

    Bad ends cancel waiting jobs whose flag says so at once, and what is canceled ends in turn;
    the others become ready when their last set is empty. Call it inside the transaction that
    wrote the statuses, with confirmed rows only: every job counts once.

    Args:
        final: job id -> status, of jobs whose rows have just become complete.
        now: the moment that newly ready jobs remember.
    """
    cascade = Cascade()
    frontier = [_Member(pk, pk if status in BAD else None) for pk, status in final.items()]
    while frontier:
        changes = _changed_sets(frontier)
        if not changes:
            break
        finished = _count_down(changes)
        frontier = _cancel_waiting([change for change in changes if change.bad_id is not None])
        cascade.canceled_ids += [member.job_id for member in frontier]
        if finished:
            cascade.ready_ids += _release(finished, now)
    return cascade


def _changed_sets(frontier: Sequence[_Member]) -> list[_SetChange]:
    rows = [member._asdict() for member in frontier]
    return [_SetChange(*row) for row in _select_changed_sets.fetch(dumps(rows))]


@Statement
def _select_changed_sets() -> str:
    return f"""
        SELECT m.set_id, count(*), min(v.blame_id)
        FROM {rows_source({"job_id": "bigint", "blame_id": "bigint"})}
        JOIN jobs_predecessormember m ON m.job_id = v.job_id
        GROUP BY m.set_id"""


def _count_down(changes: Sequence[_SetChange]) -> list[int]:
    """Return the ids of the sets whose last member ended."""
    rows = _update_sets.fetch(dumps(change._asdict() for change in changes))
    return [set_id for set_id, n_remaining in rows if n_remaining == 0]


@Statement
def _update_sets() -> str:
    source = rows_source({"set_id": "bigint", "n_ended": "bigint", "bad_id": "bigint"})
    return f"""
        UPDATE jobs_predecessorset
        SET n_remaining = jobs_predecessorset.n_remaining - v.n_ended,
            first_bad_id = COALESCE(jobs_predecessorset.first_bad_id, v.bad_id)
        FROM {source} WHERE jobs_predecessorset.id = v.set_id
        RETURNING jobs_predecessorset.id, jobs_predecessorset.n_remaining"""


def _cancel_waiting(bad: Sequence[_SetChange]) -> list[_Member]:
    if not bad:
        return []
    source = rows_source({"set_id": "bigint", "bad_id": "bigint"})
    sql = f"""
        UPDATE jobs_job
        SET status = {JobStatus.CANCELED.value}, canceled_by_id = x.bad_id, reason = ''
        FROM (SELECT w.job_id, min(v.bad_id) AS bad_id
              FROM {source} JOIN jobs_jobwait w ON w.set_id = v.set_id GROUP BY w.job_id) AS x
        WHERE jobs_job.id = x.job_id AND jobs_job.status IN {status_list(CASCADE.sources)}
          AND jobs_job.cancel_on_blocking_job_failure
        RETURNING jobs_job.id, jobs_job.canceled_by_id"""
    rows = fetch(sql, [dumps({"set_id": change.set_id, "bad_id": change.bad_id} for change in bad)])
    return [_Member(*row) for row in rows]


def _release(finished: Sequence[int], now: datetime) -> list[int]:
    """Return the ids of the jobs that became ready."""
    rows = _release_jobs.fetch(stamp(now), dumps({"set_id": set_id} for set_id in finished))
    return [job_id for job_id, status in rows if status == JobStatus.READY]


@Statement
def _release_jobs() -> str:
    return f"""
        UPDATE jobs_job
        SET n_waiting = n_waiting - x.n_sets,
            ready_at = CASE WHEN n_waiting = x.n_sets THEN {stamp_parameter()} ELSE ready_at END,
            status = CASE WHEN n_waiting = x.n_sets AND status IN {status_list(RELEASE.sources)}
                THEN {JobStatus.READY.value} ELSE status END
        FROM (SELECT w.job_id, count(*) AS n_sets
              FROM {rows_source({"set_id": "bigint"})}
              JOIN jobs_jobwait w ON w.set_id = v.set_id GROUP BY w.job_id) AS x
        WHERE jobs_job.id = x.job_id
        RETURNING jobs_job.id, jobs_job.status"""
