"""Who waits for whom in a stored workflow, as plain values to be counted and drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jobs.models import JobWait, PredecessorMember, PredecessorSet
from specification.dependencies.stages import stages_of

SetAndJob = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StoredDependencies:
    """The predecessor sets of one workflow."""

    members: list[SetAndJob]
    """Set and job, for each job that a set consists of."""
    waits: list[SetAndJob]
    """Set and job, for each job that waits on a set."""
    explicit: frozenset[int] = field(default_factory=frozenset)
    """The sets that jobs name; others follow from what they read."""

    def groups(self) -> list[tuple[list[int], list[int]]]:
        """Return the jobs of each set, and those that wait for them."""
        members, waiting = by_set(self.members), by_set(self.waits)
        return [(members.get(at, []), jobs) for at, jobs in waiting.items()]


def load_dependencies(workflow_id: int) -> StoredDependencies:
    """Return the sets of a workflow with all their members, in three queries."""
    sets = PredecessorSet.objects.filter(workflow=workflow_id)
    members = PredecessorMember.objects.filter(set__workflow=workflow_id)
    waits = JobWait.objects.filter(set__workflow=workflow_id)
    return StoredDependencies(
        members=list(members.values_list("set_id", "job_id")),
        waits=list(waits.values_list("set_id", "job_id")),
        explicit=frozenset(sets.filter(is_explicit=True).values_list("pk", flat=True)),
    )


def job_stages(job_ids: Sequence[int], stored: StoredDependencies) -> dict[int, int]:
    """Return for each job the length of the longest chain before it."""
    places = {job_id: at for at, job_id in enumerate(job_ids)}
    members = by_set(stored.members)
    positions = {set_id: at for at, set_id in enumerate(members)}
    waits_on: list[list[int]] = [[] for _ in job_ids]
    for set_id, job_id in stored.waits:
        if set_id in positions:
            waits_on[places[job_id]].append(positions[set_id])
    sets = [tuple(places[job] for job in jobs) for jobs in members.values()]
    lengths = stages_of([tuple(positions) for positions in waits_on], sets)
    return dict(zip(job_ids, lengths, strict=True))


def by_set(rows: Iterable[SetAndJob]) -> Mapping[int, list[int]]:
    """Return the jobs of each set."""
    jobs: dict[int, list[int]] = defaultdict(list)
    for set_id, job_id in rows:
        jobs[set_id].append(job_id)
    return jobs
