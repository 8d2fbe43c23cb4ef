"""What is read of the failed jobs of a run, whatever their number: counts, and a fair sample."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from jobs.database import dumps, fetch, ids_source, rows_source
from jobs.states import JobStatus
from workflows.models import Workflow

MAX_ROWS = 5_000
"""Combinations of cause, family, node, return code and requirements that are looked at."""
SAMPLE = 200
"""About as many jobs of each group are asked for their parameters."""

_FAILED = (
    f"{JobStatus.FAILED.value}, {JobStatus.TERMINATED.value}, {JobStatus.PENDING_FAILED.value}"
)
_OF_NOW = f"j.n_attempts = r.attempt_id AND j.status IN ({_FAILED})"
_OF_THEN = """NOT EXISTS (SELECT 1 FROM jobs_result x
    WHERE x.job_id = r.job_id AND x.run_id = r.run_id AND x.attempt_id > r.attempt_id)"""


class Tally(NamedTuple):
    """How many jobs failed for one cause in one family, on one node, with one return code."""

    cause: str
    family_id: int | None
    node_id: int | None
    return_code: int | None
    requirements_id: int
    n_jobs: int
    first_at: Any
    last_at: Any
    lowest_peak: int | None
    highest_peak: int | None
    n_all: int
    """Failed jobs in all."""


class Sampled(NamedTuple):
    """One failed job."""

    cause: str
    result_id: int
    job_id: int
    family_id: int | None
    error_line: str
    parameters: Any


def _current(workflow: Workflow, run_id: int) -> str:
    return _OF_NOW if run_id == workflow.run_id else _OF_THEN


def tallies(workflow: Workflow, run_id: int) -> list[Tally]:
    """The failed jobs of a run, counted; the last attempt of each is what counts."""
    sql = f"""
        SELECT r.cause, j.family_id, r.compute_node_id, r.return_code, j.requirements_id,
               count(*), min(r.ended_at), max(r.ended_at), min(r.peak_memory_bytes),
               max(r.peak_memory_bytes), sum(count(*)) OVER ()
        FROM jobs_result r JOIN jobs_job j ON j.id = r.job_id
        WHERE r.workflow_id = %s AND r.run_id = %s AND r.cause <> ''
          AND {_current(workflow, run_id)}
        GROUP BY r.cause, j.family_id, r.compute_node_id, r.return_code, j.requirements_id
        ORDER BY count(*) DESC LIMIT {MAX_ROWS}"""
    return [Tally(*row) for row in fetch(sql, [workflow.pk, run_id])]


def samples_of(
    workflow: Workflow, run_id: int, sizes: Mapping[str, int]
) -> Mapping[str, Sequence[Sampled]]:
    """Some jobs of each group, spread evenly: every step-th in an order without a pattern."""
    # Neighbours differ by one parameter after the other, so counting ids off would be unfair.
    order = "(r.job_id %% 1000000007 * 2654435761 %% 4294967296) / 65536"
    source = rows_source({"cause": "text", "step": "bigint"})
    sql = f"""
        SELECT r.cause, r.id, j.id, j.family_id, r.error_line, j.parameters
        FROM {source} JOIN jobs_result r ON r.cause = v.cause JOIN jobs_job j ON j.id = r.job_id
        WHERE r.workflow_id = %s AND r.run_id = %s AND r.cause <> ''
          AND {order} %% v.step = 0 AND {_current(workflow, run_id)}
        ORDER BY r.id"""
    steps = [{"cause": cause, "step": max(n // SAMPLE, 1)} for cause, n in sizes.items()]
    found: dict[str, list[Sampled]] = defaultdict(list)
    for row in fetch(sql, [dumps(steps), workflow.pk, run_id]):
        found[row[0]].append(Sampled(*row))
    return found


def follow_ups(workflow: Workflow, run_id: int) -> dict[str, int]:
    """How many jobs were canceled because of jobs that failed for each cause."""
    if run_id != workflow.run_id:
        return {}
    sql = f"""
        SELECT r.cause, count(*) FROM jobs_job c JOIN jobs_job j ON j.id = c.canceled_by_id
        JOIN jobs_result r ON r.job_id = j.id AND r.run_id = %s AND r.attempt_id = j.n_attempts
        WHERE c.workflow_id = %s AND c.status = {JobStatus.CANCELED.value}
          AND j.status IN ({_FAILED}) GROUP BY r.cause"""
    return dict(fetch(sql, [run_id, workflow.pk]))


def written_paths(job_ids: Sequence[int]) -> dict[int, list[str]]:
    """The paths of those inputs of each job that other jobs write."""
    if not job_ids:
        return {}
    sql = f"""
        SELECT DISTINCT l.job_id, f.path FROM jobs_jobfile l
        JOIN userdata_file f ON f.id = l.file_id
        JOIN jobs_jobfile o ON o.file_id = f.id AND o.is_output
        WHERE NOT l.is_output AND l.job_id IN ({ids_source()})"""
    found: dict[int, list[str]] = defaultdict(list)
    for job_id, path in fetch(sql, [dumps(job_ids)]):
        found[job_id].append(path)
    return found
