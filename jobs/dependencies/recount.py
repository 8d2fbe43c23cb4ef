"""Counting anew what jobs wait for: all counts of a workflow, from the statuses of its jobs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from database.sql import dumps, execute, fetch, ids_source, stamp, stamp_parameter
from jobs.sql import status_list
from jobs.statuses import BAD, COMPLETE, RECOUNT, JobStatus


@dataclass(frozen=True, slots=True)
class Recount:
    """How many blocked and ready jobs there are after a recount, and what it canceled."""

    n_ready: int
    n_blocked: int
    n_canceled: int


def recompute(workflow_id: int, now: datetime) -> Recount:
    """Set the counts of every predecessor set and job from the statuses as they are.

    Jobs that are blocked or ready move to where the counts say they belong; those with a bad
    predecessor and the flag end as canceled, and so on to a fixed point. Other jobs keep their
    status. Runs in the caller's transaction, which holds the workflow.

    Args:
        workflow_id: whose sets and jobs.
        now: the moment that newly ready jobs remember.
    """
    _count_sets(workflow_id)
    n_canceled = _cancel_doomed(workflow_id)
    if n_canceled:
        _count_sets(workflow_id)
        _blame(workflow_id)
        _count_sets(workflow_id)
    _count_waits(workflow_id, now)
    counts = _status_counts(workflow_id)
    return Recount(counts.get(JobStatus.READY, 0), counts.get(JobStatus.BLOCKED, 0), n_canceled)


def downstream_of(workflow_id: int, statuses: Iterable[JobStatus]) -> list[int]:
    """Return the ids of all jobs that wait, directly or not, for a job with one of `statuses`.

    The walk goes from set to set, so an all-to-all stage costs its members, not its edges.
    """
    sql = f"""
        SELECT m.set_id FROM jobs_job j JOIN jobs_predecessormember m ON m.job_id = j.id
        WHERE j.workflow_id = %s AND j.status IN {status_list(statuses)}"""
    return _waiters(sql, workflow_id)


def downstream_of_jobs(job_ids: Iterable[int]) -> list[int]:
    """Return the ids of all jobs that wait, directly or not, for one of these."""
    return _waiters(_sets_of_jobs(), dumps(job_ids))


class EndedRow(NamedTuple):
    """A job that is complete."""

    job_id: int
    name: str
    status: int


def ended_from(job_ids: Iterable[int]) -> list[EndedRow]:
    """Return what is complete among these jobs and `downstream_of_jobs`, by id."""
    sql = f"""{_touched(_sets_of_jobs())}
        SELECT j.id, j.name, j.status FROM jobs_job j
        WHERE j.status IN {status_list(COMPLETE)} AND j.id IN ({ids_source()} UNION
            SELECT w.job_id FROM touched t JOIN jobs_jobwait w ON w.set_id = t.set_id)
        ORDER BY j.id"""
    ids = dumps(job_ids)
    return [EndedRow(*row) for row in fetch(sql, [ids, ids])]


def n_ended_behind(job_ids: Iterable[int]) -> int:
    """Return how many ended jobs wait, directly or not, for one of these; not counting these."""
    sql = f"""{_touched(_sets_of_jobs())}
        SELECT count(DISTINCT j.id) FROM touched t
        JOIN jobs_jobwait w ON w.set_id = t.set_id
        JOIN jobs_job j ON j.id = w.job_id AND j.status IN {status_list(COMPLETE)}
        WHERE j.id NOT IN ({ids_source()})"""
    ids = dumps(job_ids)
    ((n_ended,),) = fetch(sql, [ids, ids])
    return int(n_ended)


def _sets_of_jobs() -> str:
    return f"SELECT set_id FROM jobs_predecessormember WHERE job_id IN ({ids_source()})"


def _waiters(first_sets: str, parameter: int | str) -> list[int]:
    """Return who waits for the sets that a query selects, or for who waits for them, and so on."""
    sql = f"""{_touched(first_sets)}
        SELECT DISTINCT w.job_id FROM touched t JOIN jobs_jobwait w ON w.set_id = t.set_id"""
    return [job_id for (job_id,) in fetch(sql, [parameter])]


def _touched(first_sets: str) -> str:
    """SQL that names the sets of a query and those of who waits for them, and so on."""
    return f"""
        WITH RECURSIVE touched(set_id) AS (
            {first_sets}
            UNION
            SELECT m.set_id FROM touched t
            JOIN jobs_jobwait w ON w.set_id = t.set_id
            JOIN jobs_predecessormember m ON m.job_id = w.job_id
        )"""


def _count_sets(workflow_id: int) -> None:
    sql = f"""
        UPDATE jobs_predecessorset AS s SET n_remaining = x.n_remaining, first_bad_id = x.bad_id
        FROM (
            SELECT p.id AS set_id,
                   min(CASE WHEN j.status IN {status_list(BAD)}
                       THEN COALESCE(j.canceled_by_id, j.id) END) AS bad_id,
                   count(CASE WHEN j.status NOT IN {status_list(COMPLETE)} THEN 1 END)
                       AS n_remaining
            FROM jobs_predecessorset p
            LEFT JOIN jobs_predecessormember m ON m.set_id = p.id
            LEFT JOIN jobs_job j ON j.id = m.job_id
            WHERE p.workflow_id = %s GROUP BY p.id
        ) AS x WHERE s.id = x.set_id"""
    execute(sql, [workflow_id])


def _cancel_doomed(workflow_id: int) -> int:
    """Cancel whatever has a bad predecessor, at any distance; return how many jobs that were."""
    sql = f"""
        WITH RECURSIVE doomed(set_id) AS (
            SELECT id FROM jobs_predecessorset WHERE workflow_id = %s AND first_bad_id IS NOT NULL
            UNION
            SELECT m.set_id FROM doomed d
            JOIN jobs_jobwait w ON w.set_id = d.set_id
            JOIN jobs_job j ON j.id = w.job_id AND j.status IN {status_list(RECOUNT.sources)}
                AND j.cancel_on_blocking_job_failure
            JOIN jobs_predecessormember m ON m.job_id = j.id
        )
        UPDATE jobs_job SET status = {JobStatus.CANCELED.value}, canceled_by_id = NULL, reason = ''
        WHERE workflow_id = %s AND status IN {status_list(RECOUNT.sources)}
          AND cancel_on_blocking_job_failure
          AND id IN (SELECT w.job_id FROM doomed d JOIN jobs_jobwait w ON w.set_id = d.set_id)"""
    return execute(sql, [workflow_id, workflow_id])


def _blame(workflow_id: int) -> None:
    """Store whose end canceled each job: where the bad ends began, not the direct predecessor."""
    sql = f"""
        UPDATE jobs_job AS j SET canceled_by_id = x.bad_id
        FROM (
            SELECT w.job_id, min(s.first_bad_id) AS bad_id
            FROM jobs_predecessorset s JOIN jobs_jobwait w ON w.set_id = s.id
            WHERE s.workflow_id = %s AND s.first_bad_id IS NOT NULL GROUP BY w.job_id
        ) AS x
        WHERE j.id = x.job_id AND j.status = {JobStatus.CANCELED.value}
          AND j.canceled_by_id IS NULL AND j.reason = ''"""
    execute(sql, [workflow_id])
    sql = """
        UPDATE jobs_job AS j SET canceled_by_id = earlier.canceled_by_id FROM jobs_job AS earlier
        WHERE j.workflow_id = %s AND earlier.workflow_id = %s AND earlier.id = j.canceled_by_id
          AND earlier.canceled_by_id IS NOT NULL"""
    while execute(sql, [workflow_id, workflow_id]):  # the way to the beginning halves each time
        pass


def _count_waits(workflow_id: int, now: datetime) -> None:
    blocked, ready = JobStatus.BLOCKED.value, JobStatus.READY.value
    sql = f"""
        UPDATE jobs_job AS j SET
            n_waiting = x.n_waiting,
            ready_at = CASE WHEN j.status = {blocked} AND x.n_waiting = 0
                THEN {stamp_parameter()} ELSE j.ready_at END,
            status = CASE WHEN j.status = {blocked} AND x.n_waiting = 0 THEN {ready}
                WHEN j.status = {ready} AND x.n_waiting > 0 THEN {blocked} ELSE j.status END
        FROM (
            SELECT q.id AS job_id, count(s.id) AS n_waiting
            FROM jobs_job q
            LEFT JOIN jobs_jobwait w ON w.job_id = q.id
            LEFT JOIN jobs_predecessorset s ON s.id = w.set_id AND s.n_remaining > 0
            WHERE q.workflow_id = %s GROUP BY q.id
        ) AS x
        WHERE j.id = x.job_id AND (x.n_waiting <> j.n_waiting
            OR (j.status = {blocked} AND x.n_waiting = 0)
            OR (j.status = {ready} AND x.n_waiting > 0))"""
    execute(sql, [stamp(now), workflow_id])


def _status_counts(workflow_id: int) -> dict[int, int]:
    sql = "SELECT status, count(*) FROM jobs_job WHERE workflow_id = %s GROUP BY status"
    return dict(fetch(sql, [workflow_id]))
