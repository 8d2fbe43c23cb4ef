"""Which jobs fit which nodes: numbers in, placements out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

CPU_TAG = "cpu"
GPU_TAG = "gpu"


@dataclass(frozen=True, slots=True)
class Need:
    """What a job asks of one node; memory in bytes."""

    num_cpus: int = 1
    memory_bytes: int = 0
    num_gpus: int = 0
    tags: frozenset[str] = frozenset()

    @property
    def queue_tag(self) -> str:
        """The tag that names the queue: the first asked for, else gpu or cpu."""
        if self.tags:
            return min(self.tags)
        return GPU_TAG if self.num_gpus else CPU_TAG


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

    @property
    def is_idle(self) -> bool:
        """Nothing runs here."""
        return (
            self.free_cpus == self.capacity.num_cpus
            and self.free_memory == self.capacity.memory_bytes
            and len(self.free_gpus) == self.capacity.num_gpus
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ready job in the order in which it may be placed."""

    job_id: int
    need: Need
    priority: int = 0
    runtime_seconds: int = 0

    @property
    def rank(self) -> tuple[int, int, int, int, int]:
        """Sorts first what goes first: priority, then the demanding, then the older."""
        return (
            -self.priority,
            -self.need.num_gpus,
            -self.need.memory_bytes,
            -self.runtime_seconds,
            self.job_id,
        )


@dataclass(frozen=True, slots=True)
class Placement:
    """A job, its node, what is set aside for it there and its devices."""

    job_id: int
    node_id: int
    demand: Need
    gpu_indices: tuple[int, ...]


def exceeds(need: Need, capacity: Need) -> bool:
    """Whether `need` can never fit into `capacity`, whatever else runs there."""
    return (
        need.num_cpus > capacity.num_cpus
        or need.memory_bytes > capacity.memory_bytes
        or need.num_gpus > capacity.num_gpus
    )


def demand_on(capacity: Need, need: Need, run_oversized: bool) -> Need | None:
    """What to set aside on a node of this `capacity` for `need`.

    Args:
        capacity: the whole node; its `tags` are what the node offers.
        need: what the job asks.
        run_oversized: place a job that exceeds the node alone on the whole node.

    Returns:
        The need itself, the whole node, or None when the node may not take the job.
    """
    if not need.tags <= capacity.tags:
        return None
    if not exceeds(need, capacity):
        return need
    return capacity if run_oversized else None


def oversize_reason(need: Need, capacity: Need) -> str:
    """What `need` asks beyond `capacity`, in words; empty when it fits."""
    parts = []
    if need.num_cpus > capacity.num_cpus:
        parts.append(f"asks {_count(need.num_cpus, 'CPU')}, the node has {capacity.num_cpus}")
    if need.num_gpus > capacity.num_gpus:
        parts.append(f"asks {_count(need.num_gpus, 'GPU')}, the node has {capacity.num_gpus}")
    if need.memory_bytes > capacity.memory_bytes:
        asked, there = in_gib(need.memory_bytes), in_gib(capacity.memory_bytes)
        parts.append(f"asks {asked} of memory, the node has {there}")
    missing = need.tags - capacity.tags
    if missing:
        parts.append(f"asks a node tagged {', '.join(sorted(missing))}")
    return "; ".join(parts)


def in_gib(n_bytes: int) -> str:
    """Bytes as GiB with one decimal, or MiB when it is less than one GiB."""
    if n_bytes < 1 << 30:
        return f"{n_bytes / (1 << 20):.0f} MiB"
    return f"{n_bytes / (1 << 30):.1f} GiB"


def how_many_fit(nodes: Iterable[Node], need: Need, run_oversized: bool) -> int:
    """An upper bound of how many jobs of this `need` could be placed now."""
    total = 0
    for node in nodes:
        demand = demand_on(node.capacity, need, run_oversized)
        if demand is not None:
            total += _room_for(node, demand)
    return total


def place(
    nodes: Sequence[Node], candidates: Iterable[Candidate], run_oversized: bool
) -> list[Placement]:
    """Place what fits, best rank first; a node's free numbers are used up as it goes.

    A node that is reserved takes only the job it is reserved for.

    Args:
        nodes: nodes with room; they are changed.
        candidates: ready jobs in any order.
        run_oversized: see `demand_on`.
    """
    placements: list[Placement] = []
    for candidate in sorted(candidates, key=lambda one: one.rank):
        placement = _place_one(nodes, candidate, run_oversized)
        if placement is not None:
            placements.append(placement)
    return placements


def node_to_reserve(nodes: Sequence[Node], need: Need, run_oversized: bool) -> Node | None:
    """The unreserved node to keep clear for a job that was passed over: the one most free."""
    able = [
        node
        for node in nodes
        if node.reserved_for is None and demand_on(node.capacity, need, run_oversized) is not None
    ]
    return max(able, key=lambda node: (node.free_cpus, node.free_memory), default=None)


def _place_one(
    nodes: Sequence[Node], candidate: Candidate, run_oversized: bool
) -> Placement | None:
    for node in nodes:
        if node.reserved_for not in (None, candidate.job_id):
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


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
