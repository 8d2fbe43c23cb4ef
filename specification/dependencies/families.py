"""Families: jobs of one entry or with similar names, so that a large workflow can be drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from specification.dependencies.family_rules import families_to_split, without_digits
from specification.dependencies.inputs_and_outputs import Indices
from specification.dependencies.predecessor_sets import Graph
from specification.entries.jobs import JobEntry
from specification.expansion.jobs import JobRow
from specification.limits import MAX_FAMILY_EDGES, MAX_NAME
from specification.plan import EdgeKind, FamilyEdge, FamilyPlan
from specification.texts.parameter_values import Value

Key = tuple[str, int | str, int]


class FamilyBuilder:
    """Sorts the jobs of one workflow into families."""

    def __init__(
        self,
        entries: Sequence[JobEntry],
        rows: Sequence[JobRow],
        graph: Graph,
        stages: Sequence[int],
    ) -> None:
        self.entries = entries
        self.rows = rows
        self.graph = graph
        self.stages = stages
        self.keys: list[Key] = [self.first_key(row) for row in rows]
        self.split_by_stage()
        numbers: dict[Key, int] = {}
        self.family_of = [numbers.setdefault(key, len(numbers)) for key in self.keys]

    def first_key(self, row: JobRow) -> Key:
        """Return what the jobs of one family share: their entry, or their name without digits."""
        if self.entries[row.entry].combinations is not None:
            return ("entry", row.entry, 0)
        return ("name", without_digits(row.name), 0)

    def split_by_stage(self) -> None:
        """Split hand-written families by stage if some of their jobs wait for others of them."""
        stages_of: dict[Key, set[int]] = {}
        for key, stage in zip(self.keys, self.stages, strict=True):
            if key[0] == "name":
                stages_of.setdefault(key, set()).add(stage)
        divided = families_to_split(stages_of, Counter(self.keys), self.self_dependent())
        self.keys = [
            (*key[:2], stage + 1) if key in divided else key
            for key, stage in zip(self.keys, self.stages, strict=True)
        ]

    def self_dependent(self) -> set[Key]:
        """Return the families some of whose jobs wait for others of the same family."""
        sources = [{self.keys[job] for job in members} for members in self.graph.store.sets]
        pairs = {
            (key, at)
            for key, waited in zip(self.keys, self.graph.waits_on, strict=True)
            for at in waited
        }
        return {key for key, at in pairs if key in sources[at]}

    def families(self) -> list[FamilyPlan]:
        """Return the families in the order of their first jobs."""
        members: dict[int, list[int]] = {}
        for job, family in enumerate(self.family_of):
            members.setdefault(family, []).append(job)
        labels: Counter[str] = Counter()
        plans = []
        for jobs in members.values():
            label = self.label(jobs)
            labels[label] += 1
            if labels[label] > 1:
                label = f"{label[: MAX_NAME - 8]} ({labels[label]})"
            plans.append(FamilyPlan(label[:MAX_NAME], len(jobs), self.parameters(jobs)))
        return plans

    def label(self, jobs: list[int]) -> str:
        """Return the name that stands for all jobs of one family."""
        row = self.rows[jobs[0]]
        kind, name, _ = self.keys[jobs[0]]
        if kind == "entry":
            return self.entries[row.entry].name
        return row.name if len(jobs) == 1 else str(name)

    def parameters(self, jobs: list[int]) -> Mapping[str, tuple[Value, ...]]:
        """Return the parameters of one family's jobs, each with all its values."""
        entry = self.entries[self.rows[jobs[0]].entry]
        if entry.combinations is None:
            return {}
        varying = {name for job in jobs for name in self.rows[job].parameters}
        return {
            name: tuple(dict.fromkeys(values))
            for name, values in entry.combinations.values.items()
            if name in varying
        }

    def edges(self) -> list[FamilyEdge]:
        """Return how many dependencies lead from family to family."""
        n_waiting: Counter[tuple[int, EdgeKind, int]] = Counter(
            (family, kind, at)
            for family, waits in zip(self.family_of, self.graph.waits, strict=True)
            for kind, at in waits
        )
        sources = [self.count_families(members) for members in self.graph.store.sets]
        n_edges: Counter[tuple[int, int, EdgeKind]] = Counter()
        for (target, kind, at), n_jobs in n_waiting.items():
            for source, n_members in sources[at].items():
                n_edges[source, target, kind] += n_jobs * n_members
            if len(n_edges) > MAX_FAMILY_EDGES:
                break  # a drawing with so many lines is of no use
        return [FamilyEdge(*ends, count) for ends, count in n_edges.items()][:MAX_FAMILY_EDGES]

    def count_families(self, members: Indices) -> Counter[int]:
        """Return the number of members of a set by family."""
        return Counter(self.family_of[job] for job in members)
