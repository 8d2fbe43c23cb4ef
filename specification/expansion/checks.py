"""Checks of expanded rows: how many there are, whether names are unique, whether texts fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import Protocol

from specification.entries.fields import add_problem
from specification.entries.files import FileEntry
from specification.entries.jobs import JobEntry
from specification.entries.user_data import UserDataEntry
from specification.formats.problem_log import ProblemLog
from specification.limits import MAX_TOTAL_ROWS
from specification.problems import Problem, SpecPath, path_text
from specification.texts.placeholders import parameters_in

Entry = JobEntry | FileEntry | UserDataEntry


class Row(Protocol):
    """A row with a name and the position of its entry."""

    entry: int
    name: str


def check_expanded(
    log: ProblemLog, path: SpecPath, texts: Iterable[str], check: Callable[[str], Problem | None]
) -> None:
    """Add the problem of the first text that does not pass a check."""
    problem = next(filter(None, map(check, texts)), None)
    if problem:
        add_problem(log, path, problem)


def check_duplicates(
    log: ProblemLog,
    kind: str,
    entries: Sequence[Entry],
    rows: Sequence[Row],
) -> None:
    """Add a problem for each entry with a name that another row has already."""
    if len({row.name for row in rows}) == len(rows):
        return
    seen: set[str] = set()
    reported: set[int] = set()
    for row in rows:
        if row.name in seen and row.entry not in reported:
            reported.add(row.entry)
            path = entries[row.entry].path
            detail = f"{path_text(path)}: there is already a {kind} named '{row.name}'."
            code = f"duplicate_{kind}_name"
            log.add(code, detail, (*path, "name"), hint="Choose another name.")
        seen.add(row.name)


def count_names(entry: Entry) -> int:
    """Return the number of names that an entry expands to at most."""
    if entry.combinations is None:
        return 1
    values = entry.combinations.values
    used = parameters_in(entry.name, tuple(values))  # a wrong format is reported later
    if not used:
        return 1
    return (
        entry.combinations.n_rows
        if entry.combinations.is_zip
        else prod(len(values[name]) for name in used)
    )


def check_totals(log: ProblemLog, section: str, entries: Sequence[Entry], limit: int) -> None:
    """Add a problem if a section would expand to too many rows, before any is made.

    Raises:
        SpecError: with all problems so far, if there are any.
    """
    n_names = sum(count_names(entry) for entry in entries)
    if n_names > limit:
        detail = f"The spec has {n_names:,} {section}; {limit:,} are allowed."
        hint = "Use fewer parameter values, or several workflows."
        code = f"too_many_{section}"
        log.add(code, detail, (section,), hint=hint, limit=limit, actual=n_names)
    n_rows = sum(
        1 if entry.combinations is None else entry.combinations.n_rows for entry in entries
    )
    if n_rows > MAX_TOTAL_ROWS:
        detail = f"All {section} together stand for {n_rows:,} combinations."
        hint = f"Use at most {MAX_TOTAL_ROWS:,}."
        code, most = "too_many_expansions", MAX_TOTAL_ROWS
        log.add(code, detail, (section,), hint=hint, limit=most, actual=n_rows)
    log.raise_if_any()
