"""What the jobs of a spec may use at most: resources times the time that each is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specification.plan import JobPlan, RequirementPlan

HOUR = 3600
GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Asked:
    """The sums over all jobs that have a runtime limit, and how many have none."""

    cpu_seconds: int = 0
    gpu_seconds: int = 0
    byte_seconds: int = 0
    n_unlimited: int = 0

    @property
    def cpu_hours(self) -> float:
        """CPUs times hours."""
        return self.cpu_seconds / HOUR

    @property
    def gpu_hours(self) -> float:
        """GPUs times hours."""
        return self.gpu_seconds / HOUR

    @property
    def gib_hours(self) -> float:
        """GiB of memory times hours."""
        return self.byte_seconds / GIB / HOUR


def asked_by(jobs: Iterable[JobPlan], requirements: Sequence[RequirementPlan]) -> Asked:
    """Return what jobs ask for if each takes all the time that it is given.

    Args:
        jobs: each with the position of its requirement, if it names one.
        requirements: only a runtime that was written limits a job.
    """
    n_jobs = Counter(one.requirement for one in jobs)
    limited = [(n_jobs[at], one) for at, one in enumerate(requirements) if one.is_runtime_written]
    seconds = [(n * one.runtime_seconds, one) for n, one in limited]
    return Asked(
        cpu_seconds=sum(size * one.num_cpus for size, one in seconds),
        gpu_seconds=sum(size * one.num_gpus for size, one in seconds),
        byte_seconds=sum(size * one.memory_bytes for size, one in seconds),
        n_unlimited=n_jobs.total() - sum(n for n, _ in limited),
    )
