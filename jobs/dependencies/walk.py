"""Which jobs wait for others, which go before them, and which a failure elsewhere holds back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from database.sql import dumps, fetch, ids_source
from jobs.sql import status_list
from jobs.statuses import BAD, JobStatus

_COLUMNS = "j.id, j.status, j.family_id, j.requirements_id"


class Reached(NamedTuple):
    """A job as far as counting needs it."""

    job_id: int
    status: int
    family_id: int | None
    requirements_id: int


def followers(job_ids: Iterable[int]) -> list[Reached]:
    """Return all jobs that wait, directly or not, for one of these; perhaps some of these too.

    The walk goes from set to set, so an all-to-all stage costs its members, not its edges.
    """
    sql = f"""
        WITH RECURSIVE touched(set_id) AS (
            SELECT m.set_id FROM jobs_predecessormember m WHERE m.job_id IN ({ids_source()})
            UNION
            SELECT m.set_id FROM touched t
            JOIN jobs_jobwait w ON w.set_id = t.set_id
            JOIN jobs_predecessormember m ON m.job_id = w.job_id
        )
        SELECT {_COLUMNS} FROM jobs_job j WHERE j.id IN (
            SELECT w.job_id FROM touched t JOIN jobs_jobwait w ON w.set_id = t.set_id)"""
    return [Reached(*row) for row in fetch(sql, [dumps(job_ids)])]


def forerunners(job_ids: Iterable[int]) -> list[Reached]:
    """Return the jobs that these wait for directly, and further up whatever did not complete."""
    completed = JobStatus.COMPLETED.value
    sql = f"""
        WITH RECURSIVE above(set_id, is_direct) AS (
            SELECT w.set_id, 1 FROM jobs_jobwait w WHERE w.job_id IN ({ids_source()})
            UNION
            SELECT w.set_id, 0 FROM above a
            JOIN jobs_predecessormember m ON m.set_id = a.set_id
            JOIN jobs_job j ON j.id = m.job_id AND j.status <> {completed}
            JOIN jobs_jobwait w ON w.job_id = j.id
        )
        SELECT DISTINCT {_COLUMNS} FROM above a
        JOIN jobs_predecessormember m ON m.set_id = a.set_id
        JOIN jobs_job j ON j.id = m.job_id
        WHERE a.is_direct = 1 OR j.status <> {completed}"""
    return [Reached(*row) for row in fetch(sql, [dumps(job_ids)])]


def held_back(workflow_id: int, job_ids: Iterable[int]) -> set[int]:
    """Return those jobs that would be canceled again, because another job has ended badly.

    Args:
        workflow_id: whose jobs.
        job_ids: the jobs that are about to be reset.
    """
    listed = dumps(job_ids)
    sql = f"""
        WITH RECURSIVE doomed(set_id) AS (
            SELECT m.set_id FROM jobs_job j JOIN jobs_predecessormember m ON m.job_id = j.id
            WHERE j.workflow_id = %s AND j.status IN {status_list(BAD)}
              AND j.id NOT IN ({ids_source()})
            UNION
            SELECT m.set_id FROM doomed d
            JOIN jobs_jobwait w ON w.set_id = d.set_id
            JOIN jobs_job j ON j.id = w.job_id AND j.cancel_on_blocking_job_failure
            JOIN jobs_predecessormember m ON m.job_id = j.id
            WHERE j.id IN ({ids_source()})
        )
        SELECT DISTINCT w.job_id FROM doomed d
        JOIN jobs_jobwait w ON w.set_id = d.set_id
        JOIN jobs_job j ON j.id = w.job_id
        WHERE j.cancel_on_blocking_job_failure AND j.id IN ({ids_source()})"""
    return {job_id for (job_id,) in fetch(sql, [workflow_id, listed, listed, listed])}
