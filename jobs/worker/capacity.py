"""What this machine has: CPUs, memory and GPUs. Knows no Django."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import psutil

_GPU_FOLDER = Path("/proc/driver/nvidia/gpus")
_VISIBLE = ("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES")
"""What programs go by; one that is set and empty hides every device."""
_ALLOCATED = ("SLURM_STEP_GPUS", "SLURM_JOB_GPUS")
_DEVICE = re.compile(r"\d+|(?:GPU|MIG)-[\w./-]+")
_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})")
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


def gpu_names(environment: Mapping[str, str], number: int | None = None) -> tuple[str, ...]:
    """Return the names of the GPUs that this process may hand out, as its environment names them.

    Inside an allocation only those of the allocation, else all that the driver lists.

    Args:
        environment: the variables of this process.
        number: how many to hand out at most; None for all. Where nothing says which there are,
            there are as many as this.
    """
    visible = _named_gpus(environment)
    if visible is None:
        return tuple(str(index) for index in range(detect_gpus() if number is None else number))
    return visible[:number]


def _named_gpus(environment: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the devices that the environment names, None when it says nothing of devices."""
    for variables in (_VISIBLE, _ALLOCATED):
        lists = [_devices(environment[name]) for name in variables if name in environment]
        if lists:
            return next(filter(None, lists), ())
    return None


def _devices(text: str) -> tuple[str, ...]:
    """Return the devices of a list up to the first that is none, where drivers stop reading."""
    devices: list[str] = []
    for word in text.split(","):
        if bounds := _RANGE.fullmatch(word.strip()):
            devices += [str(index) for index in range(int(bounds[1]), int(bounds[2]) + 1)]
        elif _DEVICE.fullmatch(word.strip()):
            devices.append(word.strip())
        else:
            break
    return tuple(dict.fromkeys(devices))


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
