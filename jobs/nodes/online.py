"""The nodes that are online, what is free on them, and why a job does not go there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import FilteredRelation, Q, Sum
from django.db.models.functions import Coalesce

from jobs.models import ComputeNode, ResourceRequirements
from jobs.scheduling.fit import (
    CPU_TAG,
    GPU_TAG,
    Need,
    Node,
    demand_on,
    how_many_fit,
    in_gib,
    oversize_reason,
)

SILENT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class OnlineNode:
    """A worker that gave a sign of life lately, and what is free there."""

    hostname: str
    node: Node


def online_nodes(now: datetime) -> list[OnlineNode]:
    """Our workers that are online, in one query and without locks."""
    workers = ComputeNode.objects.filter(
        is_active=True, workflow=None, uid__isnull=False, heartbeat_at__gt=now - SILENT_AFTER
    ).annotate(
        held=FilteredRelation("results", condition=Q(results__ended_at__isnull=True)),
        held_cpus=Coalesce(Sum("held__num_cpus"), 0),
        held_memory=Coalesce(Sum("held__memory_bytes"), 0),
        held_gpus=Coalesce(Sum("held__num_gpus"), 0),
    )
    return [_online(one) for one in workers.order_by("pk")]


def need_of(requirements: ResourceRequirements) -> Need:
    """What a row of resource requirements asks of a node."""
    return Need(
        requirements.num_cpus,
        requirements.memory_bytes,
        requirements.num_gpus,
        frozenset(requirements.tags),
    )


def why_unplaceable(need: Need, nodes: Sequence[OnlineNode], *, run_oversized: bool) -> str:
    """Why none of `nodes` can ever take a job of this need; empty when one can."""
    if not nodes or any(_demand(one, need, run_oversized) for one in nodes):
        return ""
    largest = max(nodes, key=lambda one: _size(one.node))
    return f"{oversize_reason(need, largest.node.capacity)} ({largest.hostname}, the largest)"


def why_alone(need: Need, nodes: Sequence[OnlineNode], *, run_oversized: bool) -> str:
    """What a job asks beyond every node that will run it all the same; empty when one holds it."""
    takers = [one for one in nodes if _demand(one, need, run_oversized)]
    if not takers or any(not _excess(one, need) for one in takers):
        return ""
    largest = max(takers, key=lambda one: _size(one.node))
    return f"{_excess(largest, need)}: runs alone on the whole machine"


def why_waits(need: Need, nodes: Sequence[OnlineNode], *, run_oversized: bool) -> str:
    """What a job that some node can take waits for there; empty when there is room."""
    takers = [one for one in nodes if _demand(one, need, run_oversized)]
    if not takers or how_many_fit([one.node for one in takers], need, run_oversized):
        return ""
    freest = max(takers, key=lambda one: (one.node.free_cpus, one.node.free_memory))
    demand = _demand(freest, need, run_oversized)
    assert demand is not None
    return f"waits for {_shortage(demand, freest)}"


def _online(worker: Any) -> OnlineNode:
    kinds = {CPU_TAG, GPU_TAG} if worker.num_gpus else {CPU_TAG}
    tags = frozenset(worker.tags) | kinds
    return OnlineNode(
        worker.hostname,
        Node(
            id=worker.pk,
            capacity=Need(worker.num_cpus, worker.memory_bytes, worker.num_gpus, tags),
            free_cpus=worker.num_cpus - worker.held_cpus,
            free_memory=worker.memory_bytes - worker.held_memory,
            free_gpus=list(range(max(worker.num_gpus - worker.held_gpus, 0))),
        ),
    )


def _demand(one: OnlineNode, need: Need, run_oversized: bool) -> Need | None:
    return demand_on(one.node.capacity, need, run_oversized)


def _excess(one: OnlineNode, need: Need) -> str:
    return oversize_reason(need, one.node.capacity)


def _size(node: Node) -> tuple[int, int, int]:
    return (node.capacity.num_gpus, node.capacity.num_cpus, node.capacity.memory_bytes)


def _shortage(demand: Need, one: OnlineNode) -> str:
    node, name = one.node, one.hostname
    if demand.num_gpus > len(node.free_gpus):
        free, total = len(node.free_gpus), node.capacity.num_gpus
        return f"{_count(demand.num_gpus, 'GPU')}: {name} has {free} free of {total}"
    if demand.num_cpus > node.free_cpus:
        total = node.capacity.num_cpus
        return f"{_count(demand.num_cpus, 'CPU')}: {name} has {node.free_cpus} free of {total}"
    return f"{in_gib(demand.memory_bytes)} of memory: {name} has {in_gib(node.free_memory)} free"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
