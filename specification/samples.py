"""The first and last names of each family, so that a preview shows what an entry stands for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from specification.plan import JobPlan

N_SHOWN = 3


@dataclass(slots=True)
class Sample:
    """Names of a family's first and last jobs, in their order; no name is in both."""

    first: list[str] = field(default_factory=list)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=N_SHOWN))
    n_between: int = 0
    """How many names are left out between the first and the last."""


def family_samples(n_families: int, jobs: Iterable[JobPlan]) -> list[Sample]:
    """Return the first and last names of each family."""
    samples = [Sample() for _ in range(n_families)]
    for job in jobs:
        sample = samples[job.family]
        if len(sample.first) < N_SHOWN:
            sample.first.append(job.name)
            continue
        sample.n_between += len(sample.last) == N_SHOWN
        sample.last.append(job.name)
    return samples
