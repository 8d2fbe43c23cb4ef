"""Stages of a graph, and the circle that keeps it from having any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specification.dependencies.inputs_and_outputs import Indices, Links
from specification.dependencies.predecessor_sets import Graph
from specification.entries.entries import JobEntry
from specification.expansion.jobs import JobRow
from specification.formats.documents import ProblemLog
from specification.plan import FilePlan

NEVER = -1
MAX_SHOWN = 12


def stages_of(waits_on: Sequence[Indices], sets: Sequence[Indices]) -> list[int]:
    """Return for each job the length of the longest chain before it, -1 if it can never run."""
    sets_of: list[list[int]] = [[] for _ in waits_on]
    for at, members in enumerate(sets):
        for job in members:
            sets_of[job].append(at)
    waiting: list[list[int]] = [[] for _ in sets]
    for job, waited in enumerate(waits_on):
        for at in waited:
            waiting[at].append(job)
    n_members = [len(members) for members in sets]
    n_sets = [len(waited) for waited in waits_on]
    stages = [NEVER] * len(waits_on)
    wave = [job for job, waited in enumerate(waits_on) if not waited]
    stage = 0
    while wave:
        for job in wave:
            stages[job] = stage
        finished = countdown(n_members, (at for job in wave for at in sets_of[job]))
        wave = countdown(n_sets, (job for at in finished for job in waiting[at]))
        stage += 1
    return stages


def countdown(counts: list[int], positions: Iterable[int]) -> list[int]:
    """Count positions down by one each and return those that have come to zero."""
    done = []
    for at in positions:
        counts[at] -= 1
        if counts[at] == 0:
            done.append(at)
    return done


def find_circle(stages: Sequence[int], graph: Graph) -> list[int]:
    """Return jobs of which each waits for the one before, the first for the last."""
    sets = graph.store.sets
    job = next(at for at, stage in enumerate(stages) if stage == NEVER)
    seen: dict[int, int] = {}
    walk: list[int] = []
    while job not in seen:
        seen[job] = len(walk)
        walk.append(job)
        job = next(
            member for at in graph.waits_on[job] for member in sets[at] if stages[member] == NEVER
        )
    return walk[seen[job] :][::-1]


class CircleReport:
    """Says which jobs wait for each other and why."""

    def __init__(
        self,
        log: ProblemLog,
        entries: Sequence[JobEntry],
        rows: Sequence[JobRow],
        links: Links,
        files: Sequence[FilePlan],
    ) -> None:
        self.log = log
        self.entries = entries
        self.rows = rows
        self.links = links
        self.files = files

    def check(self, graph: Graph) -> list[int]:
        """Return the stage of each job.

        Raises:
            SpecError: with a circle, if jobs wait for each other.
        """
        stages = stages_of(graph.waits_on, graph.store.sets)
        if NEVER in stages:
            self.tell(find_circle(stages, graph))
            self.log.raise_if_any()
        return stages

    def tell(self, circle: list[int]) -> None:
        """Note a circle."""
        start = circle.index(min(circle))
        circle = circle[start:] + circle[:start]
        names = [self.rows[job].name for job in circle]
        shown = names if len(names) <= MAX_SHOWN else [*names[:MAX_SHOWN], "…"]
        path = " -> ".join((*shown, names[0]))
        reasons = [
            self.reason(job, circle[(at + 1) % len(circle)]) for at, job in enumerate(circle[:4])
        ]
        if len(circle) == 1:
            detail = f"Job '{names[0]}' waits for itself ({path}): {reasons[0]}."
        else:
            detail = f"Jobs wait for each other in a circle: {path} ({'; '.join(reasons)})."
        entry = self.entries[self.rows[circle[0]].entry]
        hint = "Remove one of these dependencies."
        self.log.add("dependency_cycle", detail, entry.path, hint=hint)

    def reason(self, first: int, second: int) -> str:
        """Say why the second job waits for the first."""
        links, name = self.links, self.rows[second].name
        files = set(links.output_files[first]) & set(links.input_files[second])
        if files:
            return f"{name} reads the file '{self.files[min(files)].name}'"
        data = set(links.output_user_data[first]) & set(links.input_user_data[second])
        if data:
            return f"{name} reads the user_data '{links.user_data_names[min(data)]}'"
        return f"{name} depends on {self.rows[first].name}"
