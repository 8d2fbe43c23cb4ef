"""How much the jobs of a spec may use at most: resources times the runtime of each job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specification.plan import JobPlan, RequirementPlan

HOUR = 3600
GIB = 1024**3


@dataclass(frozen=True, slots=True)
class ResourceTotals:
    """The sums over all jobs that have a runtime limit, and the number of jobs without one."""

    cpu_seconds: int = 0
    gpu_seconds: int = 0
    byte_seconds: int = 0
    n_unlimited: int = 0

    @property
    def cpu_hours(self) -> float:
        """Return CPUs times hours."""
        return self.cpu_seconds / HOUR

    @property
    def gpu_hours(self) -> float:
        """Return GPUs times hours."""
        return self.gpu_seconds / HOUR

    @property
    def gib_hours(self) -> float:
        """Return GiB of memory times hours."""
        return self.byte_seconds / GIB / HOUR


def total_resources(
    jobs: Iterable[JobPlan], requirements: Sequence[RequirementPlan]
) -> ResourceTotals:
    """Return what all jobs use together if each runs for its whole runtime.

    Args:
        jobs: each with the position of its requirement, None if it names none.
        requirements: only a runtime that is written in the spec limits a job.
    """
    n_jobs = Counter(job.requirement for job in jobs)
    limited = [at for at, requirement in enumerate(requirements) if requirement.is_runtime_written]
    seconds = [(n_jobs[at] * requirements[at].runtime_seconds, requirements[at]) for at in limited]
    return ResourceTotals(
        cpu_seconds=sum(size * requirement.num_cpus for size, requirement in seconds),
        gpu_seconds=sum(size * requirement.num_gpus for size, requirement in seconds),
        byte_seconds=sum(size * requirement.memory_bytes for size, requirement in seconds),
        n_unlimited=n_jobs.total() - sum(n_jobs[at] for at in limited),
    )
