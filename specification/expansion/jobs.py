"""Jobs repeated for their parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specification.entries.entries import NO_ENV, NO_LISTS, JobEntry
from specification.expansion.fill import Filler
from specification.expansion.totals import check_duplicates, check_filled, check_totals
from specification.formats.documents import ProblemLog
from specification.limits import MAX_JOBS
from specification.names import check_command, check_name
from specification.problems import place_of
from specification.texts.parameter_values import Axes, Value

NO_PARAMETERS: Mapping[str, Value] = {}


@dataclass(slots=True)
class JobRow:
    """One job with its placeholders filled; names are not yet looked up."""

    entry: int
    name: str
    command: str
    resource_requirements: str | None
    failure_handler: str | None
    env: Mapping[str, str] = field(default_factory=lambda: NO_ENV)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_LISTS)
    parameters: Mapping[str, Value] = field(default_factory=lambda: NO_PARAMETERS)


def expand_jobs(log: ProblemLog, entries: Sequence[JobEntry]) -> list[JobRow]:
    """Return all jobs, in the order of the spec.

    Raises:
        SpecError: with everything that is wrong with them.
    """
    check_totals(log, "jobs", entries, MAX_JOBS)
    rows: list[JobRow] = []
    for at, entry in enumerate(entries):
        if entry.axes is None:
            rows.append(single_job(at, entry))
        else:
            rows.extend(repeated_jobs(log, at, entry, entry.axes))
    check_duplicates(log, "job", entries, rows)
    log.raise_if_any()
    return rows


def single_job(at: int, entry: JobEntry) -> JobRow:
    """Return the only job of an entry without parameters."""
    needs, handler = entry.resource_requirements, entry.failure_handler
    return JobRow(at, entry.name, entry.command, needs, handler, entry.env, entry.lists)


def repeated_jobs(log: ProblemLog, at: int, entry: JobEntry, axes: Axes) -> list[JobRow]:
    """Return the jobs of an entry with parameters."""
    filler = Filler(log, entry.path, axes)
    names = filler.names("name", entry.name)
    commands = filler.column("command", entry.command)
    columns = zip(
        names,
        commands,
        filler.column("resource_requirements", entry.resource_requirements),
        filler.column("failure_handler", entry.failure_handler),
        filler.mappings("env", entry.env),
        job_lists(filler, entry),
        filler.parameters(),
        strict=True,
    )
    rows = [JobRow(at, *values) for values in columns]
    if len(set(names)) < len(names):
        rows = unite(log, entry, rows)
    check_filled(log, (*entry.path, "name"), (row.name for row in rows), check_name)
    check_filled(log, (*entry.path, "command"), (row.command for row in rows), check_command)
    return rows


def job_lists(filler: Filler, entry: JobEntry) -> Sequence[Mapping[str, tuple[str, ...]]]:
    """Return the lists of names and patterns of each row."""
    if not entry.lists:
        return [NO_LISTS] * filler.n_rows
    columns = [filler.tuples(key, items) for key, items in entry.lists.items()]
    return [dict(zip(entry.lists, row, strict=True)) for row in zip(*columns, strict=True)]


def unite(log: ProblemLog, entry: JobEntry, rows: list[JobRow]) -> list[JobRow]:
    """Make one job of the rows that have the same name and differ in their lists only."""
    groups: dict[str, list[JobRow]] = {}
    for row in rows:
        groups.setdefault(row.name, []).append(row)
    for name, group in groups.items():
        if any(differ(group[0], other) for other in group):
            detail = f"{place_of(entry.path)} gives {len(group)} different jobs named '{name}'."
            parameter = next(iter(rows[0].parameters))
            hint = f"Put each parameter into the name, such as {{{parameter}}}."
            log.add("duplicate_job_name", detail, (*entry.path, "name"), hint=hint)
            return []
    return [united(group) for group in groups.values()]


def differ(one: JobRow, other: JobRow) -> bool:
    """Tell whether two rows cannot be one job."""
    return (
        one.command != other.command
        or one.resource_requirements != other.resource_requirements
        or one.failure_handler != other.failure_handler
        or one.env != other.env
    )


def united(group: list[JobRow]) -> JobRow:
    """Return the job that several rows are."""
    first = group[0]
    if len(group) == 1:
        return first
    first.lists = {
        key: tuple(dict.fromkeys(item for row in group for item in row.lists[key]))
        for key in first.lists
    }
    first.parameters = {
        name: value
        for name, value in first.parameters.items()
        if all(row.parameters[name] == value for row in group)
    }
    return first
