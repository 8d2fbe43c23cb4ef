"""Jobs, expanded: one row for each combination of an entry's parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from specification.entries.jobs import NO_ENV, NO_LISTS, JobEntry
from specification.expansion.checks import check_duplicates, check_expanded, check_totals
from specification.expansion.substitution import Substitution
from specification.formats.problem_log import ProblemLog
from specification.limits import MAX_JOBS
from specification.names import check_command, check_name
from specification.problems import path_text
from specification.texts.parameter_values import Combinations, Value

NO_PARAMETERS: Mapping[str, Value] = {}


@dataclass(slots=True)
class JobRow:
    """One job with its placeholders replaced; the names that it mentions are not yet looked up."""

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
        SpecError: with all problems so far, if there are any.
    """
    check_totals(log, "jobs", entries, MAX_JOBS)
    rows: list[JobRow] = []
    for at, entry in enumerate(entries):
        if entry.combinations is None:
            rows.append(single_job(at, entry))
        else:
            rows.extend(expand_entry(log, at, entry, entry.combinations))
    check_duplicates(log, "job", entries, rows)
    log.raise_if_any()
    return rows


def single_job(at: int, entry: JobEntry) -> JobRow:
    """Return the only job of an entry without parameters."""
    return JobRow(
        at,
        entry.name,
        entry.command,
        entry.resource_requirements,
        entry.failure_handler,
        entry.env,
        entry.lists,
    )


def expand_entry(
    log: ProblemLog, at: int, entry: JobEntry, combinations: Combinations
) -> list[JobRow]:
    """Return the jobs of an entry with parameters."""
    texts = Substitution(log, entry.path, combinations)
    names = texts.names("name", entry.name)
    commands = texts.column("command", entry.command)
    columns = zip(
        names,
        commands,
        texts.column("resource_requirements", entry.resource_requirements),
        texts.column("failure_handler", entry.failure_handler),
        texts.mappings("env", entry.env),
        job_lists(texts, entry),
        texts.parameters(),
        strict=True,
    )
    rows = [JobRow(at, *values) for values in columns]
    if len(set(names)) < len(names):
        rows = merge_equal_names(log, entry, rows)
    check_expanded(log, (*entry.path, "name"), (row.name for row in rows), check_name)
    check_expanded(log, (*entry.path, "command"), (row.command for row in rows), check_command)
    return rows


def job_lists(texts: Substitution, entry: JobEntry) -> Sequence[Mapping[str, tuple[str, ...]]]:
    """Return the lists of names and patterns of each row."""
    if not entry.lists:
        return [NO_LISTS] * texts.n_rows
    columns = [texts.tuples(key, items) for key, items in entry.lists.items()]
    return [dict(zip(entry.lists, row, strict=True)) for row in zip(*columns, strict=True)]


def merge_equal_names(log: ProblemLog, entry: JobEntry, rows: list[JobRow]) -> list[JobRow]:
    """Return the rows with one job for all that have the same name.

    Rows with the same name may differ in their lists, which are united, and in nothing else.
    """
    groups: dict[str, list[JobRow]] = {}
    for row in rows:
        groups.setdefault(row.name, []).append(row)
    for name, group in groups.items():
        if any(are_different(group[0], other) for other in group):
            n_jobs = len(group)
            detail = f"{path_text(entry.path)} has {n_jobs} different jobs named '{name}'."
            parameter = next(iter(rows[0].parameters))
            hint = f"Put each parameter into the name, such as {{{parameter}}}."
            log.add("duplicate_job_name", detail, (*entry.path, "name"), hint=hint)
            return []
    return [merge_rows(group) for group in groups.values()]


def are_different(row: JobRow, other: JobRow) -> bool:
    """Return whether two rows of the same name cannot be one job."""
    return (
        row.command != other.command
        or row.resource_requirements != other.resource_requirements
        or row.failure_handler != other.failure_handler
        or (row.env is not other.env and row.env != other.env)
    )


def merge_rows(group: list[JobRow]) -> JobRow:
    """Return one job for several rows: all items of their lists, the parameters they share."""
    first = group[0]
    if len(group) == 1:
        return first
    first.lists = {
        key: tuple(dict.fromkeys(item for items in distinct(group, key) for item in items))
        for key in first.lists
    }
    first.parameters = {
        name: value
        for name, value in first.parameters.items()
        if all(row.parameters[name] == value for row in group)
    }
    return first


def distinct(group: list[JobRow], key: str) -> Iterable[tuple[str, ...]]:
    """Return the lists of several rows, each that they share once."""
    return {id(row.lists[key]): row.lists[key] for row in group}.values()
