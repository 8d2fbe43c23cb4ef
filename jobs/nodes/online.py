"""The nodes that are online, what is free on them, and why a job does not go there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jobs.models import SILENT_AFTER
from jobs.scheduling.fit import Node, how_many_fit, nodes_with
from jobs.scheduling.free_capacity import nodes_heard_since
from jobs.scheduling.need import Need, demand_on, in_gib, oversize_reason
from specification.texts.counts import counted


def online_nodes(now: datetime) -> list[Node]:
    """Return our workers that are online, in one query and without locks."""
    return nodes_heard_since(now - SILENT_AFTER)


def why_no_folder(folder: str | None, nodes: Sequence[Node]) -> str:
    """Return that none of `nodes` has the folder of a workflow; empty when one has it."""
    if not nodes or nodes_with(folder, nodes):
        return ""
    where = nodes[0].hostname if len(nodes) == 1 else f"any of {counted(len(nodes), 'node')}"
    return f"waits for its folder: {folder} is not there on {where}"


def why_unplaceable(need: Need, nodes: Sequence[Node], *, run_oversized: bool) -> str:
    """Return why none of `nodes` can ever take a job of this need; empty when one can."""
    if not nodes or any(_demand(node, need, run_oversized) for node in nodes):
        return ""
    largest = max(nodes, key=_size)
    return f"{_excess(largest, need)} ({largest.hostname}, the largest)"


def why_alone(need: Need, nodes: Sequence[Node], *, run_oversized: bool) -> str:
    """Return what a job needs beyond every node that will run it all the same.

    Empty when a node can hold it.
    """
    takers = [node for node in nodes if _demand(node, need, run_oversized)]
    if not takers or any(not _excess(node, need) for node in takers):
        return ""
    return f"{_excess(max(takers, key=_size), need)}: runs alone on the whole machine"


def why_waits(need: Need, nodes: Sequence[Node], *, run_oversized: bool) -> str:
    """Return what a job that some node can take waits for there; empty when there is room."""
    takers = [node for node in nodes if _demand(node, need, run_oversized)]
    if not takers or how_many_fit(takers, need, run_oversized):
        return ""
    freest = max(takers, key=lambda node: (node.free_cpus, node.free_memory))
    demand = _demand(freest, need, run_oversized)
    assert demand is not None
    return f"waits for {_shortage(demand, freest)}"


def _demand(node: Node, need: Need, run_oversized: bool) -> Need | None:
    return demand_on(node.capacity, need, run_oversized)


def _excess(node: Node, need: Need) -> str:
    return oversize_reason(need, node.capacity)


def _size(node: Node) -> tuple[int, int, int]:
    return (node.capacity.num_gpus, node.capacity.num_cpus, node.capacity.memory_bytes)


def _shortage(demand: Need, node: Node) -> str:
    name = node.hostname
    if demand.num_gpus > len(node.free_gpus):
        free, total = len(node.free_gpus), node.capacity.num_gpus
        return f"{counted(demand.num_gpus, 'GPU')}: {name} has {free} free of {total}"
    if demand.num_cpus > node.free_cpus:
        total = node.capacity.num_cpus
        return f"{counted(demand.num_cpus, 'CPU')}: {name} has {node.free_cpus} free of {total}"
    return f"{in_gib(demand.memory_bytes)} of memory: {name} has {in_gib(node.free_memory)} free"
