"""What this machine has: CPUs, memory and GPUs. Knows no Django."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

_GPU_FOLDER = Path("/proc/driver/nvidia/gpus")
_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def detect_cpus() -> int:
    """Return the CPUs that this process may use."""
    return len(os.sched_getaffinity(0))


def detect_memory() -> int:
    """Bytes of memory: the machine's, or the container's limit where that is smaller."""
    total = int(psutil.virtual_memory().total)
    return min([total, *(limit for path in _CGROUP_LIMITS if (limit := _limit(path)))])


def detect_gpus() -> int:
    """Return the NVIDIA devices that the driver lists; 0 without the driver."""
    try:
        return len(list(_GPU_FOLDER.iterdir()))
    except OSError:
        return 0


def _limit(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() and int(text) > 0 else None
