"""Which jobs fit which nodes: numbers in, placements out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jobs.scheduling.candidates import Candidate
from jobs.scheduling.need import Need, demand_on


@dataclass(slots=True)
class Node:
    """A node's capacity and what is free of it; `free_gpus` are device numbers."""

    id: int
    capacity: Need
    free_cpus: int
    free_memory: int
    free_gpus: list[int] = field(default_factory=list)
    reserved_for: int | None = None
    uid: str = ""
    hostname: str = ""
    missing_folders: frozenset[str] = frozenset()
    """Submission folders that are not there."""

    @property
    def is_idle(self) -> bool:
        """Nothing runs here."""
        return (
            self.free_cpus == self.capacity.num_cpus
            and self.free_memory == self.capacity.memory_bytes
            and len(self.free_gpus) == self.capacity.num_gpus
        )


@dataclass(frozen=True, slots=True)
class Placement:
    """A job, its node, what is set aside for it there and its devices."""

    job_id: int
    node_id: int
    demand: Need
    gpu_indices: tuple[int, ...]


def nodes_with(folder: str | None, nodes: Sequence[Node]) -> Sequence[Node]:
    """Return the nodes that can run jobs of workflows with this submission folder, if any."""
    if not folder or not any(node.missing_folders for node in nodes):
        return nodes
    return [node for node in nodes if folder not in node.missing_folders]


def how_many_fit(nodes: Iterable[Node], need: Need, run_oversized: bool) -> int:
    """Return an upper bound of how many jobs of this `need` could be placed now."""
    demands = ((node, demand_on(node.capacity, need, run_oversized)) for node in nodes)
    return sum(_room_for(node, demand) for node, demand in demands if demand is not None)


def place(
    nodes: Sequence[Node], candidates: Iterable[Candidate], run_oversized: bool
) -> list[Placement]:
    """Return where each job goes that fits; a node's free numbers are used up as it goes.

    A node that is reserved takes only the job it is reserved for.

    Args:
        nodes: nodes with room; they are changed.
        candidates: ready jobs, those that go first in front: `candidates.in_order`.
        run_oversized: see `demand_on`.
    """
    placements = (_place_job(nodes, candidate, run_oversized) for candidate in candidates)
    return [placement for placement in placements if placement is not None]


def node_to_reserve(nodes: Sequence[Node], need: Need, run_oversized: bool) -> Node | None:
    """Return the node to keep clear for a job that was passed over: the one most free.

    Nodes that are reserved already are left out.
    """
    able = [
        node
        for node in nodes
        if node.reserved_for is None and demand_on(node.capacity, need, run_oversized) is not None
    ]
    return max(able, key=lambda node: (node.free_cpus, node.free_memory), default=None)


def _place_job(
    nodes: Sequence[Node], candidate: Candidate, run_oversized: bool
) -> Placement | None:
    for node in nodes:
        if node.reserved_for not in (None, candidate.job_id):
            continue
        if candidate.folder in node.missing_folders:
            continue
        demand = demand_on(node.capacity, candidate.need, run_oversized)
        if demand is None or not _room_for(node, demand):
            continue
        return _take(node, candidate.job_id, demand)
    return None


def _take(node: Node, job_id: int, demand: Need) -> Placement:
    indices = tuple(node.free_gpus[: demand.num_gpus])
    node.free_gpus = node.free_gpus[demand.num_gpus :]
    node.free_cpus -= demand.num_cpus
    node.free_memory -= demand.memory_bytes
    node.reserved_for = None if node.reserved_for == job_id else node.reserved_for
    return Placement(job_id=job_id, node_id=node.id, demand=demand, gpu_indices=indices)


def _room_for(node: Node, demand: Need) -> int:
    fits = node.free_cpus // max(demand.num_cpus, 1)
    if demand.memory_bytes:
        fits = min(fits, node.free_memory // demand.memory_bytes)
    if demand.num_gpus:
        fits = min(fits, len(node.free_gpus) // demand.num_gpus)
    return max(fits, 0)
