"""Placing ready jobs on nodes: `fill` opens their attempts in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings

from database.sql import Statement, dumps, execute, ids_source, is_postgresql, json_text
from jobs.scheduling.attempts import JOB_COLUMNS, JOB_TABLES, JobRow
from jobs.scheduling.candidates import Candidate, SortMethod, in_order
from jobs.scheduling.fit import Node, how_many_fit, nodes_with, place
from jobs.scheduling.free_capacity import take_nodes
from jobs.scheduling.need import Need, need_of
from jobs.scheduling.open_attempts import OpenedAttempt, ReadyJob, open_attempts
from jobs.sql import TAKEN_FROM
from jobs.statuses import JobStatus
from jobs.workflow_updates import raise_revisions


class _ShapeRow(NamedTuple):
    requirements_id: int
    workflow_id: int
    num_cpus: int
    memory_bytes: int
    num_gpus: int
    tags: Any
    runtime_seconds: int
    sort_method: str | None
    folder: str | None


@dataclass(frozen=True, slots=True)
class _Shape:
    """Ready jobs that need the same: one row of resource requirements."""

    requirements_id: int
    workflow_id: int
    need: Need
    runtime_seconds: int
    sort_method: SortMethod
    folder: str | None


class _ReadyRow(NamedTuple):
    job_id: int
    run_id: int
    command: str
    priority: int


_N_READY = len(_ReadyRow._fields)


def fill(now: datetime, touched: Iterable[int] = ()) -> list[OpenedAttempt]:
    """Open attempts for the ready jobs of active workflows that fit what is free on the nodes.

    Runs in the caller's transaction; send `jobs.tasks.publish` what it returns after the commit.
    Takes the rows of workflows it may place jobs of, then node rows; a workflow that somebody
    else holds is left to them or to the next sweep.

    Args:
        now: when the attempts are opened.
        touched: workflows that the caller holds, and whose revision it raises itself.
    """
    held = frozenset(touched)
    shapes = _lockable(_ready_shapes(), held)
    if not shapes:
        return []
    nodes = take_nodes()
    run_oversized = runs_oversized(len(nodes))
    open_nodes = [node for node in nodes if node.free_cpus > 0]
    has_reservations = any(node.reserved_for is not None for node in nodes)
    ready = _ready_jobs(shapes, open_nodes, run_oversized)
    placements = place(open_nodes, in_order(job.candidate for job in ready.values()), run_oversized)
    if not placements:
        return []
    opened = open_attempts(placements, ready, {node.id: node.uid for node in nodes}, now)
    if has_reservations:
        _clear_reservations([attempt.plan.job_id for attempt in opened])
    if others := {attempt.plan.workflow_id for attempt in opened} - held:
        raise_revisions(others)
    return opened


def runs_oversized(n_nodes: int) -> bool:
    """Return whether a job that no node can hold runs alone on a whole node, or is held."""
    mode = settings.TORC_OVERSIZED_JOBS
    return n_nodes <= 1 if mode == "" else mode == "run"


def _ready_shapes() -> list[_Shape]:
    return [_shape(_ShapeRow(*row)) for row in _select_shapes.fetch()]


def _shape(row: _ShapeRow) -> _Shape:
    return _Shape(
        row.requirements_id,
        row.workflow_id,
        need_of(row),
        row.runtime_seconds,
        SortMethod.of(row.sort_method),
        row.folder,
    )


@Statement
def _select_shapes() -> str:
    # A limit, because EXISTS becomes a join that reads every ready job.
    return f"""
        SELECT q.id, q.workflow_id, q.num_cpus, q.memory_bytes, q.num_gpus, q.tags,
               q.runtime_seconds, {json_text("w.options", "jobs_sort_method")},
               w.submission_directory
        FROM workflows_workflow w JOIN jobs_resourcerequirements q ON q.workflow_id = w.id
        WHERE {TAKEN_FROM}
          AND (SELECT j.id FROM jobs_job j WHERE j.requirements_id = q.id
               AND j.status = {JobStatus.READY.value} LIMIT 1) IS NOT NULL"""


def _lockable(shapes: list[_Shape], held: frozenset[int]) -> list[_Shape]:
    """Return the shapes of workflows that this transaction holds or can take without waiting."""
    workflow_ids = {shape.workflow_id for shape in shapes}
    if not is_postgresql() or held >= workflow_ids:
        return shapes
    taken = {workflow_id for (workflow_id,) in _lock_active.fetch(dumps(workflow_ids))}
    return [shape for shape in shapes if shape.workflow_id in taken]


@Statement
def _lock_active() -> str:
    return f"""
        SELECT id FROM workflows_workflow w WHERE id IN ({ids_source()}) AND {TAKEN_FROM}
        ORDER BY id FOR UPDATE SKIP LOCKED"""


def _ready_jobs(
    shapes: Sequence[_Shape], nodes: Sequence[Node], run_oversized: bool
) -> dict[int, ReadyJob]:
    """Return as many jobs of each shape as could fit, best first, by job id."""
    jobs: dict[int, ReadyJob] = {}
    for shape in shapes:
        limit = how_many_fit(nodes_with(shape.folder, nodes), shape.need, run_oversized)
        for row in _select_ready.fetch(shape.requirements_id, limit) if limit else ():
            ready = _ReadyRow(*row[:_N_READY])
            jobs[ready.job_id] = _ready_job(shape, ready, JobRow(*row[_N_READY:]))
    return jobs


@Statement
def _select_ready() -> str:
    # A bare parameter as the limit has SQLite plan the statement anew each time. The ids are
    # chosen apart: with more tables joined PostgreSQL reads and sorts every ready job.
    return f"""
        SELECT j.id, w.run_id, j.command, j.priority, {JOB_COLUMNS}
        FROM (SELECT c.id FROM jobs_job c
              WHERE c.requirements_id = %s AND c.status = {JobStatus.READY.value}
                AND (SELECT r.id FROM jobs_result r
                     WHERE r.job_id = c.id AND r.ended_at IS NULL LIMIT 1) IS NULL
              ORDER BY c.priority DESC, c.id LIMIT CAST(%s AS bigint)) AS chosen
        JOIN jobs_job j ON j.id = chosen.id {JOB_TABLES}
        ORDER BY j.priority DESC, j.id"""


def _ready_job(shape: _Shape, row: _ReadyRow, job: JobRow) -> ReadyJob:
    candidate = Candidate(
        row.job_id,
        shape.need,
        row.priority,
        shape.runtime_seconds,
        shape.workflow_id,
        shape.sort_method,
        shape.folder,
    )
    return ReadyJob(shape.workflow_id, row.run_id, row.command, candidate, job)


def _clear_reservations(job_ids: Sequence[int]) -> None:
    sql = f"""UPDATE jobs_computenode SET reserved_for_id = NULL
              WHERE reserved_for_id IN ({ids_source()})"""
    execute(sql, [dumps(job_ids)])
