"""Who waits for whom: predecessor sets, each stored once however many jobs wait on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from specification.dependencies.inputs_and_outputs import Indices, Links
from specification.entries.entries import JobEntry
from specification.entries.fields import note
from specification.expansion.jobs import JobRow
from specification.formats.documents import ProblemLog
from specification.limits import MAX_SET_MEMBERS, MAX_WAITS
from specification.plan import EdgeKind
from specification.problems import Path, SpecError
from specification.texts.name_patterns import NameIndex

Wait = tuple[EdgeKind, int]
Waits = tuple[Wait, ...]


@dataclass(slots=True)
class SetStore:
    """Distinct predecessor sets in the order in which they were first needed.

    Sets that jobs name and sets that follow from data stay apart even if their members are the
    same, so that the latter can be worked out anew without touching the former.
    """

    sets: list[Indices] = field(default_factory=list)
    is_explicit: list[bool] = field(default_factory=list)
    positions: dict[tuple[Indices, bool], int] = field(default_factory=dict)
    n_members: int = 0

    def add(self, members: Indices, *, is_explicit: bool) -> int:
        """Return the position of the set with these members."""
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
    """Makes the sets of one workflow."""

    def __init__(
        self, log: ProblemLog, entries: Sequence[JobEntry], rows: Sequence[JobRow], jobs: NameIndex
    ) -> None:
        self.log = log
        self.entries = entries
        self.rows = rows
        self.jobs = jobs
        self.store = SetStore()
        self.lists: dict[tuple[str, ...], Waits] = {}
        self.patterns: dict[str, Waits] = {}

    def build(self, links: Links) -> Graph:
        """Return what every job waits on.

        Raises:
            SpecError: with every job that does not exist, or if there is too much to store.
        """
        explicit = [self.explicit(at) if row.lists else () for at, row in enumerate(self.rows)]
        data = data_waits(self.store, links)
        waits = [(*named, *derived) for named, derived in zip(explicit, data, strict=True)]
        self.check_size(waits)
        self.log.raise_if_any()
        waits_on = [tuple(dict.fromkeys(at for _, at in waited)) for waited in waits]
        return Graph(self.store, waits, waits_on)

    def explicit(self, at: int) -> Waits:
        """Return what depends_on and depends_on_regexes of one job make it wait on."""
        lists = self.rows[at].lists
        names, patterns = lists.get("depends_on", ()), lists.get("depends_on_regexes", ())
        found: list[Wait] = []
        if names:
            if names not in self.lists:
                self.lists[names] = self.stored(self.by_name(at, names))
            found += self.lists[names]
        for number, pattern in enumerate(patterns):
            if pattern not in self.patterns:
                self.patterns[pattern] = self.stored(self.by_pattern(at, pattern, number))
            found += self.patterns[pattern]
        return tuple(dict.fromkeys(found))

    def stored(self, members: Indices) -> Waits:
        """Return what waiting on these jobs is, with their set stored."""
        return (("job", self.store.add(members, is_explicit=True)),) if members else ()

    def by_name(self, at: int, names: tuple[str, ...]) -> Indices:
        """Return the positions of the jobs in a list."""
        row = self.rows[at]
        path: Path = (*self.entries[row.entry].path, "depends_on")
        template = self.entries[row.entry].lists.get("depends_on", ())
        found = []
        for number, name in enumerate(names):
            position = self.jobs.positions.get(name)
            if position is None:
                inner = (number,) if len(template) == len(names) else ()
                self.unknown(row, (*path, *inner), name)
            else:
                found.append(position)
        if len(set(names)) < len(names):
            self.log.warn(f"Job '{row.name}' names a job twice under depends_on.")
        return tuple(sorted(set(found)))

    def unknown(self, row: JobRow, path: Path, name: str) -> None:
        """Note a job that does not exist."""
        near = self.jobs.nearest(name)
        tail = f"; did you mean '{near}'?" if near else "."
        detail = f"Job '{row.name}' depends on '{name[:80]}', which does not exist{tail}"
        hint = "Add a job of that name, or correct the name."
        self.log.add("unknown_job", detail, path, hint=hint)

    def by_pattern(self, at: int, pattern: str, number: int) -> Indices:
        """Return the positions of the jobs that a pattern matches."""
        row = self.rows[at]
        path: Path = (*self.entries[row.entry].path, "depends_on_regexes", number)
        try:
            found = self.jobs.match(pattern)
        except SpecError as error:
            note(self.log, path, error.problems[0], f"Job '{row.name}'")
            if self.jobs.budget.left < 0:
                self.log.raise_if_any()
            return ()
        if not found:
            detail = f"Job '{row.name}': no job is named like '{pattern[:80]}'."
            hint = "Matching looks anywhere in the names; ^ and $ tie it to their ends."
            self.log.add("regex_no_match", detail, path, hint=hint)
        return found

    def check_size(self, waits: list[Waits]) -> None:
        """Note when there is too much to store."""
        n_waits = sum(map(len, waits))
        for n_rows, limit in ((self.store.n_members, MAX_SET_MEMBERS), (n_waits, MAX_WAITS)):
            if n_rows > limit:
                detail = f"The dependencies take {n_rows:,} rows to store; {limit:,} are allowed."
                hint = "Put one job between the stages that waits for all of the first."
                code = "too_many_dependencies"
                self.log.add(code, detail, ("jobs",), hint=hint, limit=limit, actual=n_rows)


def data_waits(store: SetStore, links: Links) -> list[Waits]:
    """Return what their inputs make jobs wait on.

    Inputs that exactly the same jobs read share one set, the union of their producers, so an
    all-to-all stage through files has one set. Jobs that read exactly the same are one group.
    """
    groups: dict[tuple[Indices, Indices], int] = {}
    group_of = [
        groups.setdefault(key, len(groups))
        for key in zip(links.input_files, links.input_user_data, strict=True)
    ]
    found: list[list[Wait]] = [[] for _ in groups]
    kinds: tuple[tuple[EdgeKind, int, list[Indices]], ...] = (
        ("file", 0, links.output_files),
        ("user_data", 1, links.output_user_data),
    )
    for kind, which, outputs in kinds:
        producers = producers_of(outputs)
        for readers, items in reader_classes(groups, which, producers).items():
            members = tuple(sorted({job for item in items for job in producers[item]}))
            at = store.add(members, is_explicit=False)
            for group in readers:
                found[group].append((kind, at))
    ready = [tuple(waits) for waits in found]
    return [ready[group] for group in group_of]


def producers_of(outputs: list[Indices]) -> dict[int, list[int]]:
    """Return the jobs that write each item."""
    producers: dict[int, list[int]] = {}
    for job, items in enumerate(outputs):
        for item in items:
            producers.setdefault(item, []).append(job)
    return producers


def reader_classes(
    groups: dict[tuple[Indices, Indices], int], which: int, producers: dict[int, list[int]]
) -> dict[Indices, list[int]]:
    """Return the items that somebody writes, by the groups of jobs that read them."""
    readers: dict[int, list[int]] = {}
    for key, group in groups.items():
        for item in key[which]:
            if item in producers:
                readers.setdefault(item, []).append(group)
    classes: dict[Indices, list[int]] = {}
    for item, reading in readers.items():
        classes.setdefault(tuple(reading), []).append(item)
    return classes
