"""Placing ready jobs on nodes: `fill` opens their attempts in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from database.sql import Row, Statement, concat, dumps, execute, ids_source, is_postgresql
from jobs.scheduling.attempts import PLANNED_COLUMNS, PLANNED_TABLES
from jobs.scheduling.fit import CPU_TAG, GPU_TAG, Candidate, Need, Node, how_many_fit, place
from jobs.scheduling.open_attempts import OpenedAttempt, ReadyJob, open_attempts
from jobs.statuses import JobStatus
from jobs.workflow_updates import raise_revisions

OWN_NODE = "is_active AND workflow_id IS NULL AND uid IS NOT NULL"
_ACTIVE_WORKFLOW = "w.is_started AND w.ended_at IS NULL AND NOT w.is_canceled"


@dataclass(frozen=True, slots=True)
class _Shape:
    """Ready jobs that ask the same: one row of resource requirements."""

    requirements_id: int
    workflow_id: int
    need: Need
    runtime_seconds: int


def fill(now: datetime, touched: Iterable[int] = ()) -> list[OpenedAttempt]:
    """Open attempts for the ready jobs of active workflows that fit what is free on the nodes.

    Runs in the caller's transaction; send `jobs.tasks.publish` what it returns after the commit.
    Takes the rows of workflows it may place jobs of, then node rows; a workflow that somebody
    else holds is left to them or to the next sweep.

    Args:
        now: when the attempts are opened.
        touched: workflows that the caller holds, and whose revision it bumps itself.
    """
    held = frozenset(touched)
    shapes = _lockable(_ready_shapes(), held)
    if not shapes:
        return []
    nodes = load_nodes()
    run_oversized = runs_oversized(len(nodes))
    open_nodes = [node for node in nodes if node.free_cpus > 0]
    has_reservations = any(node.reserved_for is not None for node in nodes)
    ready = _ready_jobs(shapes, open_nodes, run_oversized)
    placements = place(open_nodes, [one.candidate for one in ready.values()], run_oversized)
    if not placements:
        return []
    opened = open_attempts(placements, ready, {node.id: node.uid for node in nodes}, now)
    if has_reservations:
        _clear_reservations([one.plan.job_id for one in opened])
    if others := {one.plan.workflow_id for one in opened} - held:
        raise_revisions(others)
    return opened


def runs_oversized(n_nodes: int) -> bool:
    """Whether a job that no node can hold runs alone on a whole node, or is held."""
    mode = settings.TORC_OVERSIZED_JOBS
    return n_nodes <= 1 if mode == "" else mode == "run"


def load_nodes() -> list[Node]:
    """Our active nodes with what is free on each; their rows are locked on PostgreSQL.

    Free capacity is capacity minus the open attempts: never stored, so it cannot drift.
    """
    if is_postgresql():
        _lock_nodes.fetch()
    return [_node(*row) for row in _select_nodes.fetch()]


@Statement
def _lock_nodes() -> str:
    return f"SELECT id FROM jobs_computenode WHERE {OWN_NODE} ORDER BY id FOR UPDATE"


@Statement
def _select_nodes() -> str:
    return f"""
        SELECT n.id, n.uid, n.num_cpus, n.memory_bytes, n.num_gpus, n.tags, n.reserved_for_id,
               COALESCE(r.num_cpus, 0), COALESCE(r.memory_bytes, 0), COALESCE(r.gpu_indices, '')
        FROM jobs_computenode n LEFT JOIN (
            SELECT compute_node_id, sum(num_cpus) AS num_cpus, sum(memory_bytes) AS memory_bytes,
                   {concat("nullif(gpu_indices, '')")} AS gpu_indices
            FROM jobs_result WHERE ended_at IS NULL GROUP BY compute_node_id
        ) AS r ON r.compute_node_id = n.id
        WHERE n.is_active AND n.workflow_id IS NULL AND n.uid IS NOT NULL ORDER BY n.id"""


def need_of(num_cpus: int, memory_bytes: int, num_gpus: int, tags: Any) -> Need:
    """The need in a row of resource requirements, its tags as JSON text or a list."""
    names = json.loads(tags) if isinstance(tags, str) else tags
    return Need(num_cpus, memory_bytes, num_gpus, frozenset(names))


def _node(
    node_id: int,
    uid: str,
    num_cpus: int,
    memory_bytes: int,
    num_gpus: int,
    tags: Any,
    reserved_for: int | None,
    used_cpus: int,
    used_memory: int,
    used_gpus: str,
) -> Node:
    offered = need_of(num_cpus, memory_bytes, num_gpus, tags)
    kinds = {CPU_TAG, GPU_TAG} if num_gpus else {CPU_TAG}
    taken = {int(index) for index in used_gpus.split(",") if index}
    return Node(
        id=node_id,
        uid=uid,
        capacity=Need(num_cpus, memory_bytes, num_gpus, offered.tags | kinds),
        free_cpus=num_cpus - int(used_cpus),
        free_memory=memory_bytes - int(used_memory),
        free_gpus=[index for index in range(num_gpus) if index not in taken],
        reserved_for=reserved_for,
    )


def _ready_shapes() -> list[_Shape]:
    rows = _select_shapes.fetch()
    return [_Shape(row[0], row[1], need_of(*row[2:6]), row[6]) for row in rows]


@Statement
def _select_shapes() -> str:
    # A limit, because EXISTS becomes a join that reads every ready job.
    return f"""
        SELECT q.id, q.workflow_id, q.num_cpus, q.memory_bytes, q.num_gpus, q.tags,
               q.runtime_seconds
        FROM workflows_workflow w JOIN jobs_resourcerequirements q ON q.workflow_id = w.id
        WHERE {_ACTIVE_WORKFLOW}
          AND (SELECT j.id FROM jobs_job j WHERE j.requirements_id = q.id
               AND j.status = {JobStatus.READY.value} LIMIT 1) IS NOT NULL"""


def _lockable(shapes: list[_Shape], held: frozenset[int]) -> list[_Shape]:
    """Only the shapes of workflows that this transaction holds or can take without waiting."""
    asked = {shape.workflow_id for shape in shapes}
    if not is_postgresql() or held >= asked:
        return shapes
    taken = {row[0] for row in _lock_active.fetch(dumps(asked))}
    return [shape for shape in shapes if shape.workflow_id in taken]


@Statement
def _lock_active() -> str:
    return f"""
        SELECT id FROM workflows_workflow w WHERE id IN ({ids_source()}) AND {_ACTIVE_WORKFLOW}
        ORDER BY id FOR UPDATE SKIP LOCKED"""


def _ready_jobs(
    shapes: Sequence[_Shape], nodes: Sequence[Node], run_oversized: bool
) -> dict[int, ReadyJob]:
    """As many of each shape as could fit, best first."""
    found: dict[int, ReadyJob] = {}
    for shape in shapes:
        limit = how_many_fit(nodes, shape.need, run_oversized)
        rows = _select_ready.fetch(shape.requirements_id, limit) if limit else []
        found.update((row[0], _ready(shape, row)) for row in rows)
    return found


@Statement
def _select_ready() -> str:
    # A bare parameter as the limit has SQLite plan the statement anew each time. The ids are
    # chosen apart: with more tables joined PostgreSQL reads and sorts every ready job.
    return f"""
        SELECT j.id, j.workflow_id, w.run_id, j.command, j.priority, {PLANNED_COLUMNS}
        FROM (SELECT c.id FROM jobs_job c
              WHERE c.requirements_id = %s AND c.status = {JobStatus.READY.value}
                AND (SELECT r.id FROM jobs_result r
                     WHERE r.job_id = c.id AND r.ended_at IS NULL LIMIT 1) IS NULL
              ORDER BY c.priority DESC, c.id LIMIT CAST(%s AS bigint)) AS chosen
        JOIN jobs_job j ON j.id = chosen.id {PLANNED_TABLES}
        ORDER BY j.priority DESC, j.id"""


def _ready(shape: _Shape, row: Row) -> ReadyJob:
    job_id, workflow_id, run_id, command, priority, *planned = row
    candidate = Candidate(job_id, shape.need, priority, shape.runtime_seconds)
    return ReadyJob(workflow_id, run_id, command, candidate, tuple(planned))


def _clear_reservations(job_ids: Sequence[int]) -> None:
    sql = f"""UPDATE jobs_computenode SET reserved_for_id = NULL
              WHERE reserved_for_id IN ({ids_source()})"""
    execute(sql, [dumps(job_ids)])
