"""Placing ready jobs on nodes: `fill` opens their attempts in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from jobs.database import (
    Statement,
    concat,
    dumps,
    execute,
    ids_source,
    is_postgresql,
    rows_source,
    stamp,
    stamp_parameter,
)
from jobs.fitting import CPU_TAG, GPU_TAG, Candidate, Need, Node, Placement, how_many_fit, place
from jobs.resolving import resolved_commands
from jobs.states import JobStatus

OWN_NODE = "is_active AND workflow_id IS NULL AND uid IS NOT NULL"
_ACTIVE_WORKFLOW = "w.is_started AND w.ended_at IS NULL AND NOT w.is_canceled"


@dataclass(frozen=True, slots=True)
class OpenedAttempt:
    """An attempt that waits for its node to start it, and where to send word of it."""

    result_id: int
    job_id: int
    workflow_id: int
    node_uid: str
    incarnation: str
    queue: str


@dataclass(frozen=True, slots=True)
class _Shape:
    """Ready jobs that ask the same: one row of resource requirements."""

    requirements_id: int
    workflow_id: int
    need: Need
    runtime_seconds: int


@dataclass(frozen=True, slots=True)
class _Ready:
    job_id: int
    workflow_id: int
    run_id: int
    command: str
    candidate: Candidate


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
    shapes = _ready_shapes(held)
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
    opened = _open(placements, ready, open_nodes, now)
    if has_reservations:
        _clear_reservations([one.job_id for one in opened])
    _touch({one.workflow_id for one in opened} - held)
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


def _ready_shapes(held: frozenset[int]) -> list[_Shape]:
    shapes = [
        _Shape(row[0], row[1], need_of(row[2], row[3], row[4], row[5]), row[6])
        for row in _select_shapes.fetch()
    ]
    if not is_postgresql() or held.issuperset(one.workflow_id for one in shapes):
        return shapes
    return _lockable(shapes)


@Statement
def _select_shapes() -> str:
    return f"""
        SELECT q.id, q.workflow_id, q.num_cpus, q.memory_bytes, q.num_gpus, q.tags,
               q.runtime_seconds
        FROM workflows_workflow w JOIN jobs_resourcerequirements q ON q.workflow_id = w.id
        WHERE {_ACTIVE_WORKFLOW}
          AND EXISTS (SELECT 1 FROM jobs_job j
                      WHERE j.requirements_id = q.id AND j.status = {JobStatus.READY.value})"""


def _lockable(shapes: list[_Shape]) -> list[_Shape]:
    """Only the shapes of workflows that this transaction holds or can take without waiting."""
    held = {row[0] for row in _lock_active.fetch(dumps({shape.workflow_id for shape in shapes}))}
    return [shape for shape in shapes if shape.workflow_id in held]


@Statement
def _lock_active() -> str:
    return f"""
        SELECT id FROM workflows_workflow w WHERE id IN ({ids_source()}) AND {_ACTIVE_WORKFLOW}
        ORDER BY id FOR UPDATE SKIP LOCKED"""


def _ready_jobs(
    shapes: Sequence[_Shape], nodes: Sequence[Node], run_oversized: bool
) -> dict[int, _Ready]:
    """As many of each shape as could fit, best first."""
    found: dict[int, _Ready] = {}
    for shape in shapes:
        limit = how_many_fit(nodes, shape.need, run_oversized)
        if limit:
            rows = _select_ready.fetch(shape.requirements_id, limit)
            found.update((row[0], _ready(shape, *row)) for row in rows)
    return found


@Statement
def _select_ready() -> str:
    # A bare parameter as the limit has SQLite plan the statement anew each time.
    return f"""
        SELECT j.id, j.workflow_id, w.run_id, j.command, j.priority
        FROM jobs_job j JOIN workflows_workflow w ON w.id = j.workflow_id
        WHERE j.requirements_id = %s AND j.status = {JobStatus.READY.value}
          AND NOT EXISTS (SELECT 1 FROM jobs_result r
                          WHERE r.job_id = j.id AND r.ended_at IS NULL)
        ORDER BY j.priority DESC, j.id LIMIT CAST(%s AS bigint)"""


def _ready(
    shape: _Shape, job_id: int, workflow_id: int, run_id: int, command: str, priority: int
) -> _Ready:
    candidate = Candidate(job_id, shape.need, priority, shape.runtime_seconds)
    return _Ready(job_id, workflow_id, run_id, command, candidate)


def _open(
    placements: Sequence[Placement],
    ready: dict[int, _Ready],
    nodes: Sequence[Node],
    now: datetime,
) -> list[OpenedAttempt]:
    numbers = _claim([one.job_id for one in placements])
    claimed = [one for one in placements if one.job_id in numbers]
    commands = resolved_commands(
        (one.job_id, ready[one.job_id].workflow_id, ready[one.job_id].command) for one in claimed
    )
    rows = [_result_row(one, ready[one.job_id], numbers, commands) for one in claimed]
    uids = {node.id: node.uid for node in nodes}
    opened = _insert_results(rows, now)
    tags = {one.job_id: ready[one.job_id].candidate.need.queue_tag for one in claimed}
    return [
        OpenedAttempt(
            result_id,
            job_id,
            workflow_id,
            uids[node_id],
            incarnation,
            f"{tags[job_id]}@{uids[node_id]}",
        )
        for result_id, job_id, workflow_id, node_id, incarnation in opened
    ]


def _claim(job_ids: Sequence[int]) -> dict[int, int]:
    """Make ready jobs pending; job id -> number of the new attempt, for those that were won."""
    return dict(_claim_jobs.fetch(dumps(job_ids)))


@Statement
def _claim_jobs() -> str:
    return f"""
        UPDATE jobs_job SET status = {JobStatus.PENDING.value}, n_attempts = n_attempts + 1,
               reason = '', canceled_by_id = NULL
        WHERE id IN ({ids_source()}) AND status = {JobStatus.READY.value}
        RETURNING id, n_attempts"""


def _result_row(
    placement: Placement, ready: _Ready, numbers: dict[int, int], commands: dict[int, str]
) -> dict[str, Any]:
    return {
        "job_id": ready.job_id,
        "workflow_id": ready.workflow_id,
        "run_id": ready.run_id,
        "attempt_id": numbers[ready.job_id],
        "node_id": placement.node_id,
        "cpus": placement.demand.num_cpus,
        "memory": placement.demand.memory_bytes,
        "gpus": placement.demand.num_gpus,
        "indices": ",".join(str(index) for index in placement.gpu_indices),
        "command": commands[ready.job_id],
    }


_RESULT_COLUMNS = {
    "job_id": "bigint",
    "workflow_id": "bigint",
    "run_id": "int",
    "attempt_id": "int",
    "node_id": "bigint",
    "cpus": "int",
    "memory": "bigint",
    "gpus": "int",
    "indices": "text",
    "command": "text",
}


def _insert_results(rows: Sequence[dict[str, Any]], now: datetime) -> list[tuple[Any, ...]]:
    return _open_results.fetch(stamp(now), dumps(rows))


@Statement
def _open_results() -> str:
    return f"""
        INSERT INTO jobs_result (job_id, workflow_id, run_id, attempt_id, compute_node_id,
            incarnation, status, num_cpus, memory_bytes, num_gpus, gpu_indices, opened_at,
            opened_revision, kill_reason, reason, command)
        SELECT v.job_id, v.workflow_id, v.run_id, v.attempt_id, v.node_id,
            n.incarnation, {JobStatus.PENDING.value}, v.cpus, v.memory, v.gpus, v.indices,
            {stamp_parameter()}, w.revision, '', '', v.command
        FROM {rows_source(_RESULT_COLUMNS)} JOIN jobs_computenode n ON n.id = v.node_id
        JOIN workflows_workflow w ON w.id = v.workflow_id
        WHERE true
        RETURNING id, job_id, workflow_id, compute_node_id, incarnation"""


def _clear_reservations(job_ids: Sequence[int]) -> None:
    sql = f"""UPDATE jobs_computenode SET reserved_for_id = NULL
              WHERE reserved_for_id IN ({ids_source()})"""
    execute(sql, [dumps(job_ids)])


def _touch(workflow_ids: set[int]) -> None:
    if not workflow_ids:
        return
    sql = f"UPDATE workflows_workflow SET revision = revision + 1 WHERE id IN ({ids_source()})"
    execute(sql, [dumps(workflow_ids)])
