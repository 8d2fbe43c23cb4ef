"""Predecessor sets: jobs that others wait on together, each set stored once for all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from specification.dependencies.inputs_and_outputs import NO_MATCH_HINT, Indices, Links
from specification.dependencies.notes import note_longer_numbers
from specification.entries.fields import add_problem
from specification.entries.jobs import JobEntry
from specification.expansion.jobs import JobRow
from specification.formats.problem_log import ProblemLog
from specification.limits import MAX_SET_MEMBERS, MAX_WAITS
from specification.plan import EdgeKind
from specification.problems import SpecError, SpecPath
from specification.texts.counts import counted
from specification.texts.name_patterns import NameIndex

Wait = tuple[EdgeKind, int]
Waits = tuple[Wait, ...]


@dataclass(slots=True)
class SetStore:
    """Distinct predecessor sets in the order in which they were added.

    A set that jobs name and a set that follows from data are two even if their members are the
    same, so that the second can be derived again without touching the first.
    """

    sets: list[Indices] = field(default_factory=list)
    is_explicit: list[bool] = field(default_factory=list)
    positions: dict[tuple[Indices, bool], int] = field(default_factory=dict)
    n_members: int = 0

    def add(self, members: Indices, *, is_explicit: bool) -> int:
        """Return the position of the set with these members, adding it if it is new."""
        at = self.positions.get((members, is_explicit))
        if at is None:
            at = self.positions[members, is_explicit] = len(self.sets)
            self.sets.append(members)
            self.is_explicit.append(is_explicit)
            self.n_members += len(members)
        return at


@dataclass(slots=True)
class Graph:
    """The sets of one workflow and what every job waits on."""

    store: SetStore
    waits: list[Waits]
    waits_on: list[Indices]  # the same without kinds, each set once


class GraphBuilder:
    """Finds the sets of one workflow and what every job waits on."""

    def __init__(
        self, log: ProblemLog, entries: Sequence[JobEntry], rows: Sequence[JobRow], jobs: NameIndex
    ) -> None:
        self.log = log
        self.entries = entries
        self.rows = rows
        self.jobs = jobs
        self.store = SetStore()
        self.lists: dict[tuple[str, ...], Waits] = {}
        self.same_lists: dict[tuple[int, int], Waits] = {}
        self.patterns: dict[str, Waits] = {}

    def build(self, links: Links) -> Graph:
        """Return what every job waits on.

        Raises:
            SpecError: with every job that does not exist, or there are too many dependencies.
        """
        explicit = [self.explicit(at) if row.lists else () for at, row in enumerate(self.rows)]
        data = data_waits(self.store, links)
        waits = [(*named, *derived) for named, derived in zip(explicit, data, strict=True)]
        self.check_size(waits)
        self.log.raise_if_any()
        waits_on = [tuple(dict.fromkeys(at for _, at in waited)) for waited in waits]
        return Graph(self.store, waits, waits_on)

    def explicit(self, at: int) -> Waits:
        """Return what one job waits on because of depends_on and depends_on_regexes."""
        lists = self.rows[at].lists
        names, patterns = lists.get("depends_on", ()), lists.get("depends_on_regexes", ())
        same = id(names), id(patterns)  # quicker than hashing long lists for every job
        if same in self.same_lists:
            return self.same_lists[same]
        waits: list[Wait] = []
        if names:
            if names not in self.lists:
                self.lists[names] = self.wait_on(self.by_name(at, names))
            waits += self.lists[names]
        for number, pattern in enumerate(patterns):
            if pattern not in self.patterns:
                self.patterns[pattern] = self.wait_on(self.by_pattern(at, pattern, number))
            waits += self.patterns[pattern]
        self.same_lists[same] = tuple(dict.fromkeys(waits))
        return self.same_lists[same]

    def wait_on(self, members: Indices) -> Waits:
        """Return the wait on these jobs, whose set is added; none if there are no jobs."""
        return (("job", self.store.add(members, is_explicit=True)),) if members else ()

    def by_name(self, at: int, names: tuple[str, ...]) -> Indices:
        """Return the positions of the jobs in a list."""
        row = self.rows[at]
        path: SpecPath = (*self.entries[row.entry].path, "depends_on")
        template = self.entries[row.entry].lists.get("depends_on", ())
        jobs = set()
        for number, name in enumerate(names):
            position = self.jobs.positions.get(name)
            if position is None:
                inner = (number,) if len(template) == len(names) else ()
                self.add_unknown(row, (*path, *inner), name)
            else:
                jobs.add(position)
        if len(set(names)) < len(names):
            self.log.warn(f"Job '{row.name}' names a job twice under depends_on.")
        return tuple(sorted(jobs))

    def add_unknown(self, row: JobRow, path: SpecPath, name: str) -> None:
        """Add the problem that a job does not exist."""
        near = self.jobs.nearest(name)
        sweep = self.sweep_hint(name)
        tail = f"; did you mean '{near}'?" if near and not sweep else "."
        detail = f"Job '{row.name}' depends on '{name[:80]}', which does not exist{tail}"
        hint = sweep or "Add a job of that name, or correct the name."
        self.log.add("unknown_job", detail, path, hint=hint)

    def sweep_hint(self, name: str) -> str | None:
        """Return what to do if a name stands for the jobs of an entry with parameters."""
        for entry in self.entries:
            start = entry.name.partition("{")[0]
            if entry.combinations is None or name not in (entry.name, start.rstrip("_-. ")):
                continue
            n_jobs = counted(entry.combinations.n_rows, "job")
            hint = f"'{entry.name[:60]}' stands for {n_jobs}; give this job the same parameters"
            pattern = f"^{re.escape(start)}"
            return f"{hint}, or write depends_on_regexes: ['{pattern}'] to wait for all."
        return None

    def by_pattern(self, at: int, pattern: str, number: int) -> Indices:
        """Return the positions of the jobs that a pattern matches."""
        row = self.rows[at]
        path: SpecPath = (*self.entries[row.entry].path, "depends_on_regexes", number)
        try:
            matches = self.jobs.match(pattern)
        except SpecError as error:
            add_problem(self.log, path, error.problems[0], f"Job '{row.name}'")
            if self.jobs.budget.is_spent:
                self.log.raise_if_any()
            return ()
        if not matches:
            detail = f"Job '{row.name}': '{pattern[:80]}' matches the name of no job."
            self.log.add("regex_no_match", detail, path, hint=NO_MATCH_HINT)
        note_longer_numbers(self.log, row.name, pattern, matches, self.jobs.names)
        return matches

    def check_size(self, waits: list[Waits]) -> None:
        """Add the problem that there are too many dependencies to store."""
        n_waits = sum(map(len, waits))
        for n_rows, limit in ((self.store.n_members, MAX_SET_MEMBERS), (n_waits, MAX_WAITS)):
            if n_rows > limit:
                detail = f"The dependencies take {n_rows:,} rows to store; {limit:,} are allowed."
                hint = "Put a job between two stages that waits for all jobs of the first."
                code = "too_many_dependencies"
                self.log.add(code, detail, ("jobs",), hint=hint, limit=limit, actual=n_rows)


def data_waits(store: SetStore, links: Links) -> list[Waits]:
    """Return for each job what it waits on because of its inputs, adding the sets to the store.

    Inputs that exactly the same jobs read share one set, the union of their producers, so an
    all-to-all stage through files has one set. Jobs that read exactly the same are one group.
    """
    groups: dict[tuple[Indices, Indices], int] = {}
    group_of = [
        groups.setdefault(key, len(groups))
        for key in zip(links.input_files, links.input_user_data, strict=True)
    ]
    waits: list[list[Wait]] = [[] for _ in groups]
    kinds: tuple[tuple[EdgeKind, int, list[Indices]], ...] = (
        ("file", 0, links.output_files),
        ("user_data", 1, links.output_user_data),
    )
    for kind, place, outputs in kinds:
        producers = producers_of(outputs)
        for readers, items in items_by_readers(groups, place, producers).items():
            members = tuple(sorted({job for item in items for job in producers[item]}))
            at = store.add(members, is_explicit=False)
            for group in readers:
                waits[group].append((kind, at))
    waits_of_group = [tuple(waited) for waited in waits]
    return [waits_of_group[group] for group in group_of]


def producers_of(outputs: list[Indices]) -> dict[int, list[int]]:
    """Return the jobs that write each item."""
    producers: dict[int, list[int]] = {}
    for job, items in enumerate(outputs):
        for item in items:
            producers.setdefault(item, []).append(job)
    return producers


def items_by_readers(
    groups: dict[tuple[Indices, Indices], int], place: int, producers: dict[int, list[int]]
) -> dict[Indices, list[int]]:
    """Return the items that some job writes, by the groups of jobs that read them.

    Args:
        groups: the number of each group, by its input files and its input user data.
        place: 0 for files, 1 for user data.
        producers: the jobs that write each item.
    """
    readers: dict[int, list[int]] = {}
    for key, group in groups.items():
        for item in key[place]:
            if item in producers:
                readers.setdefault(item, []).append(group)
    items: dict[Indices, list[int]] = {}
    for item, reading in readers.items():
        items.setdefault(tuple(reading), []).append(item)
    return items
