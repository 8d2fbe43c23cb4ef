"""Our nodes, and what is free on them: the one definition of both.

Free capacity is capacity minus the open attempts: never stored, so it cannot drift.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from database.sql import Statement, concat, is_postgresql, stamp, stamp_parameter
from jobs.scheduling.fit import Node
from jobs.scheduling.need import CPU_TAG, GPU_TAG, Need, need_of
from jobs.sql import OWN_ACTIVE_NODE


class NodeUse(NamedTuple):
    """What the open attempts on a node have taken of it; memory in bytes."""

    node_id: int
    n_jobs: int = 0
    num_cpus: int = 0
    memory_bytes: int = 0
    num_gpus: int = 0


class _NodeRow(NamedTuple):
    id: int
    uid: str
    hostname: str
    num_cpus: int
    memory_bytes: int
    num_gpus: int
    tags: Any
    reserved_for: int | None
    missing_folders: Any
    used_cpus: int
    used_memory: int
    used_gpus: str


def take_nodes() -> list[Node]:
    """Return our active nodes with what is free on each; their rows are locked on PostgreSQL."""
    if is_postgresql():
        _lock_nodes.fetch()
    return [_node(_NodeRow(*row)) for row in _select_nodes.fetch()]


def nodes_heard_since(moment: datetime) -> list[Node]:
    """Return our active nodes that gave a sign of life after `moment`, without locking them."""
    return [_node(_NodeRow(*row)) for row in _select_heard_nodes.fetch(stamp(moment))]


def used_by_node() -> dict[int, NodeUse]:
    """Return what is taken of each node on which attempts are open, by node id."""
    uses = (NodeUse(*(int(value) for value in row)) for row in _select_uses.fetch())
    return {use.node_id: use for use in uses}


@Statement
def _lock_nodes() -> str:
    return f"SELECT n.id FROM jobs_computenode n WHERE {OWN_ACTIVE_NODE} ORDER BY n.id FOR UPDATE"


@Statement
def _select_nodes() -> str:
    return f"{_nodes_and_use()} WHERE {OWN_ACTIVE_NODE} ORDER BY n.id"


@Statement
def _select_heard_nodes() -> str:
    is_heard = f"n.heartbeat_at > {stamp_parameter()}"
    return f"{_nodes_and_use()} WHERE {OWN_ACTIVE_NODE} AND {is_heard} ORDER BY n.id"


@Statement
def _select_uses() -> str:
    return f"""
        SELECT u.compute_node_id, u.n_jobs, u.num_cpus, u.memory_bytes, u.num_gpus
        FROM ({_use()}) AS u WHERE u.compute_node_id IS NOT NULL"""


def _nodes_and_use() -> str:
    return f"""
        SELECT n.id, n.uid, n.hostname, n.num_cpus, n.memory_bytes, n.num_gpus, n.tags,
               n.reserved_for_id, n.missing_folders,
               COALESCE(u.num_cpus, 0), COALESCE(u.memory_bytes, 0), COALESCE(u.gpu_indices, '')
        FROM jobs_computenode n LEFT JOIN ({_use()}) AS u ON u.compute_node_id = n.id"""


def _use() -> str:
    return f"""
        SELECT compute_node_id, count(*) AS n_jobs, sum(num_cpus) AS num_cpus,
               sum(memory_bytes) AS memory_bytes, sum(num_gpus) AS num_gpus,
               {concat("nullif(gpu_indices, '')")} AS gpu_indices
        FROM jobs_result WHERE ended_at IS NULL GROUP BY compute_node_id"""


def _node(row: _NodeRow) -> Node:
    offer = need_of(row)
    kinds = {CPU_TAG, GPU_TAG} if row.num_gpus else {CPU_TAG}
    taken = {int(index) for index in row.used_gpus.split(",") if index}
    return Node(
        id=row.id,
        uid=row.uid,
        hostname=row.hostname,
        capacity=Need(row.num_cpus, row.memory_bytes, row.num_gpus, offer.tags | kinds),
        free_cpus=row.num_cpus - int(row.used_cpus),  # sums are no integers everywhere
        free_memory=row.memory_bytes - int(row.used_memory),
        free_gpus=[index for index in range(row.num_gpus) if index not in taken],
        reserved_for=row.reserved_for,
        missing_folders=_folders(row.missing_folders),
    )


def _folders(value: Any) -> frozenset[str]:
    """Return the paths in JSON as raw SQL reads it: text, or decoded already."""
    if value == "[]":
        return frozenset()
    return frozenset(json.loads(value) if isinstance(value, str) else value)
