"""What a job needs of a node, and what of it a node can give. Knows no rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from specification.texts.counts import counted

CPU_TAG = "cpu"
GPU_TAG = "gpu"


@dataclass(frozen=True, slots=True)
class Need:
    """What a job needs of one node; memory in bytes."""

    num_cpus: int = 1
    memory_bytes: int = 0
    num_gpus: int = 0
    tags: frozenset[str] = frozenset()

    @property
    def queue_tag(self) -> str:
        """The tag that names the queue: the first that the job names, else gpu or cpu."""
        if self.tags:
            return min(self.tags)
        return GPU_TAG if self.num_gpus else CPU_TAG


class Requirements(Protocol):
    """Resource requirements as a row or a model has them; tags as a list or its JSON text."""

    @property
    def num_cpus(self) -> int: ...
    @property
    def memory_bytes(self) -> int: ...
    @property
    def num_gpus(self) -> int: ...
    @property
    def tags(self) -> Any: ...


def need_of(requirements: Requirements) -> Need:
    """Return what a job with these resource requirements needs of a node."""
    tags = requirements.tags
    names = json.loads(tags) if isinstance(tags, str) else tags
    return Need(
        requirements.num_cpus, requirements.memory_bytes, requirements.num_gpus, frozenset(names)
    )


def exceeds(need: Need, capacity: Need) -> bool:
    """Return whether `need` can never fit into `capacity`, whatever else runs there."""
    return (
        need.num_cpus > capacity.num_cpus
        or need.memory_bytes > capacity.memory_bytes
        or need.num_gpus > capacity.num_gpus
    )


def demand_on(capacity: Need, need: Need, run_oversized: bool) -> Need | None:
    """Return what to set aside on a node of this `capacity` for `need`.

    Args:
        capacity: the whole node; its `tags` are what the node offers.
        need: what the job needs.
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
    """Return what `need` is beyond `capacity`, in words; empty when it fits."""
    parts = []
    if need.num_cpus > capacity.num_cpus:
        parts.append(f"needs {counted(need.num_cpus, 'CPU')}, the node has {capacity.num_cpus:,}")
    if need.num_gpus > capacity.num_gpus:
        parts.append(f"needs {counted(need.num_gpus, 'GPU')}, the node has {capacity.num_gpus:,}")
    if need.memory_bytes > capacity.memory_bytes:
        needed, offered = in_gib(need.memory_bytes), in_gib(capacity.memory_bytes)
        parts.append(f"needs {needed} of memory, the node has {offered}")
    missing = need.tags - capacity.tags
    if missing:
        parts.append(f"needs a node tagged {', '.join(sorted(missing))}")
    return "; ".join(parts)


def in_gib(n_bytes: int) -> str:
    """Bytes as GiB with one decimal, or MiB when it is less than one GiB."""
    if n_bytes < 1 << 30:
        return f"{n_bytes / (1 << 20):.0f} MiB"
    return f"{n_bytes / (1 << 30):.1f} GiB"
