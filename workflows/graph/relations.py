"""Which jobs wait for which, and which write and read what: one page of perhaps a million pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from database.sql import dumps, fetch, ids_source

Rows = list[dict[str, Any]]
"""As clients see them."""


class _Running(NamedTuple):
    """A waiting job and the running sum of pairs; without a job, the largest values of all."""

    job_id: int | None
    n_sets: int
    upto: int
    """Pairs of all jobs up to and with this one."""
    n: int
    """Pairs of this job."""


class _Pair(NamedTuple):
    job_id: int
    on_id: int
    """The job that it waits for."""


# Of each waiting job: how many sets it waits on, how many members they have altogether, and how
# many there are up to and with this job.
_RUNNING = """
    WITH size AS (
        SELECT m.set_id, count(*) AS n FROM jobs_predecessorset s
        JOIN jobs_predecessormember m ON m.set_id = s.id
        WHERE s.workflow_id = %s GROUP BY m.set_id
    ), per_job AS (
        SELECT w.job_id, count(*) AS n_sets, sum(size.n) AS n
        FROM size JOIN jobs_jobwait w ON w.set_id = size.set_id GROUP BY w.job_id
    ), running AS MATERIALIZED (
        SELECT job_id, n_sets, n, sum(n) OVER (ORDER BY job_id) AS upto FROM per_job
    )"""

_PAIRS_OF_JOBS = """
    SELECT DISTINCT w.job_id, m.job_id FROM jobs_jobwait w
    JOIN jobs_predecessormember m ON m.set_id = w.set_id
    WHERE w.job_id IN ({ids}) ORDER BY 1, 2"""


def list_dependencies(workflow_id: int, offset: int, limit: int) -> tuple[Rows, int]:
    """Return one page of the pairs of jobs of which the first waits for the second.

    Args:
        workflow_id: the workflow of the jobs.
        offset: how many pairs come before the page.
        limit: how many it has at most.

    Returns:
        The page, ordered by the waiting job, and how many pairs there are in all.
    """
    sql = f"""{_RUNNING}
        SELECT NULL, max(n_sets), max(upto), NULL FROM running
        UNION ALL SELECT job_id, n_sets, upto, n FROM running WHERE upto > %s AND upto - n < %s"""
    rows = [_Running(*row) for row in fetch(sql, [workflow_id, offset, offset + limit])]
    total = next(row for row in rows if row.job_id is None)
    if not total.upto:
        return [], 0
    if total.n_sets == 1:
        waiting = sorted(row for row in rows if row.job_id is not None)
        pairs, n_pairs = _page_of_plain_jobs(waiting, offset, limit), int(total.upto)
    else:
        pairs, n_pairs = _page_of_distinct_pairs(workflow_id, offset, limit)
    return _with_names(workflow_id, pairs), n_pairs


def _page_of_plain_jobs(waiting: list[_Running], offset: int, limit: int) -> list[_Pair]:
    """Return the page where every job waits on one set, so that no pair is there twice."""
    if not waiting:
        return []
    skip = offset - int(waiting[0].upto - waiting[0].n)
    sql = _PAIRS_OF_JOBS.format(ids=ids_source())
    rows = fetch(sql, [dumps([row.job_id for row in waiting])])
    return [_Pair(*row) for row in rows[skip : skip + limit]]


def _page_of_distinct_pairs(workflow_id: int, offset: int, limit: int) -> tuple[list[_Pair], int]:
    """Return the page and the number of pairs where sets may have members in common."""
    pairs = """SELECT DISTINCT w.job_id AS job_id, m.job_id AS on_id FROM jobs_predecessorset s
        JOIN jobs_jobwait w ON w.set_id = s.id JOIN jobs_predecessormember m ON m.set_id = s.id
        WHERE s.workflow_id = %s"""
    [(n_pairs,)] = fetch(f"SELECT count(*) FROM ({pairs}) AS pairs", [workflow_id])
    sql = f"{pairs} ORDER BY job_id, on_id LIMIT %s OFFSET %s"
    return [_Pair(*row) for row in fetch(sql, [workflow_id, limit, offset])], n_pairs


def _with_names(workflow_id: int, pairs: list[_Pair]) -> Rows:
    ids = sorted({job_id for pair in pairs for job_id in pair})
    sql = f"SELECT id, name FROM jobs_job WHERE id IN ({ids_source()})"
    names: dict[int, str] = dict(fetch(sql, [dumps(ids)]))
    return [
        {
            "job_id": pair.job_id,
            "job_name": names[pair.job_id],
            "depends_on_job_id": pair.on_id,
            "depends_on_job_name": names[pair.on_id],
            "workflow_id": workflow_id,
        }
        for pair in pairs
    ]


def list_job_ids(workflow_id: int) -> list[int]:
    """Return the ids of all jobs, in order."""
    sql = "SELECT id FROM jobs_job WHERE workflow_id = %s ORDER BY id"
    return [job_id for (job_id,) in fetch(sql, [workflow_id])]


@dataclass(frozen=True, slots=True)
class _Source:
    """A kind of data, and the table that ties it to jobs."""

    table: str
    links: str
    id_name: str
    columns: dict[str, str]
    """Column -> what clients call it."""


_FILES = _Source(
    "userdata_file", "jobs_jobfile", "file_id", {"name": "file_name", "path": "file_path"}
)
_USER_DATA = _Source(
    "userdata_userdata", "jobs_jobuserdata", "user_data_id", {"name": "user_data_name"}
)


def list_file_relationships(workflow_id: int, offset: int, limit: int) -> tuple[Rows, int]:
    """Return one page of the jobs that write and read each file, and the number of rows."""
    return _relationships(_FILES, workflow_id, offset, limit)


def list_user_data_relationships(workflow_id: int, offset: int, limit: int) -> tuple[Rows, int]:
    """Return one page of the jobs that write and read each value, and the number of rows."""
    return _relationships(_USER_DATA, workflow_id, offset, limit)


def _relationships(source: _Source, workflow_id: int, offset: int, limit: int) -> tuple[Rows, int]:
    """Pair every writer of a file or value with every reader; a side that is empty is null."""
    columns = "".join(f", d.{column} AS {name}" for column, name in source.columns.items())
    sql = f"""
        SELECT d.id{columns}, p.job_id, pj.name, c.job_id, cj.name FROM {source.table} d
        LEFT JOIN {source.links} p ON p.{source.id_name} = d.id AND p.is_output
        LEFT JOIN {source.links} c ON c.{source.id_name} = d.id AND NOT c.is_output
        LEFT JOIN jobs_job pj ON pj.id = p.job_id LEFT JOIN jobs_job cj ON cj.id = c.job_id
        WHERE d.workflow_id = %s AND (p.id IS NOT NULL OR c.id IS NOT NULL)
        ORDER BY d.id, p.job_id, c.job_id LIMIT %s OFFSET %s"""
    names = (
        *(source.id_name, *source.columns.values(), "producer_job_id", "producer_job_name"),
        *("consumer_job_id", "consumer_job_name"),
    )
    rows = [
        {**dict(zip(names, row, strict=True)), "workflow_id": workflow_id}
        for row in fetch(sql, [workflow_id, limit, offset])
    ]
    return rows, _n_relationships(source, workflow_id)


def _n_relationships(source: _Source, workflow_id: int) -> int:
    sql = f"""
        SELECT coalesce(sum((CASE WHEN n_out > 0 THEN n_out ELSE 1 END)
                          * (CASE WHEN n_in > 0 THEN n_in ELSE 1 END)), 0)
        FROM (
            SELECT count(CASE WHEN l.is_output THEN 1 END) AS n_out,
                   count(CASE WHEN NOT l.is_output THEN 1 END) AS n_in
            FROM {source.table} d JOIN {source.links} l ON l.{source.id_name} = d.id
            WHERE d.workflow_id = %s GROUP BY d.id
        ) AS counts"""
    [(n_rows,)] = fetch(sql, [workflow_id])
    return int(n_rows)
