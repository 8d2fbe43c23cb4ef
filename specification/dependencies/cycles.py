"""Jobs that wait for each other in a cycle: found, and reported with the reasons."""

from __future__ import annotations

from collections.abc import Sequence

from specification.dependencies.inputs_and_outputs import Links
from specification.dependencies.predecessor_sets import Graph
from specification.dependencies.stages import NEVER, stages_of
from specification.entries.jobs import JobEntry
from specification.expansion.jobs import JobRow
from specification.formats.problem_log import ProblemLog
from specification.plan import FilePlan

MAX_SHOWN = 12


def find_cycle(stages: Sequence[int], graph: Graph) -> list[int]:
    """Return the jobs of one cycle: each waits for the one before it, the first for the last.

    Args:
        stages: of each job; at least one is -1.
        graph: what each job waits on.
    """
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


class CycleCheck:
    """Checks that no jobs wait for each other; if some do, reports which and why."""

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
            SpecError: with one cycle, if jobs wait for each other.
        """
        stages = stages_of(graph.waits_on, graph.store.sets)
        if NEVER in stages:
            self.add_cycle(find_cycle(stages, graph))
            self.log.raise_if_any()
        return stages

    def add_cycle(self, cycle: list[int]) -> None:
        """Add the problem that jobs wait for each other."""
        start = cycle.index(min(cycle))
        cycle = cycle[start:] + cycle[:start]
        names = [self.rows[job].name for job in cycle]
        shown = names if len(names) <= MAX_SHOWN else [*names[:MAX_SHOWN], "…"]
        path = " -> ".join((*shown, names[0]))
        reasons = [
            self.reason(job, cycle[(at + 1) % len(cycle)]) for at, job in enumerate(cycle[:4])
        ]
        if len(cycle) == 1:
            detail = f"Job '{names[0]}' waits for itself ({path}): {reasons[0]}."
        else:
            detail = f"Jobs wait for each other in a circle: {path} ({'; '.join(reasons)})."
        entry = self.entries[self.rows[cycle[0]].entry]
        hint = "Remove one of these dependencies."
        self.log.add("dependency_cycle", detail, entry.path, hint=hint)

    def reason(self, first: int, second: int) -> str:
        """Return why the second job waits for the first, as part of a sentence."""
        links, name = self.links, self.rows[second].name
        files = set(links.output_files[first]) & set(links.input_files[second])
        if files:
            return f"{name} reads the file '{self.files[min(files)].name}'"
        data = set(links.output_user_data[first]) & set(links.input_user_data[second])
        if data:
            return f"{name} reads the user_data '{links.user_data_names[min(data)]}'"
        return f"{name} depends on {self.rows[first].name}"
