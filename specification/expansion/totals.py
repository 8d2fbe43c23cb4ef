"""Checks over all rows of one kind: how many there are, and whether names are unique."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import Protocol

from specification.entries.entries import FileEntry, JobEntry, UserDataEntry
from specification.entries.fields import note
from specification.formats.documents import ProblemLog
from specification.limits import MAX_TOTAL_ROWS
from specification.problems import Path, Problem, SpecError, place_of
from specification.texts.placeholders import parameters_in

Entry = JobEntry | FileEntry | UserDataEntry


class Row(Protocol):
    """Anything that came from an entry and has a name."""

    entry: int
    name: str


def check_filled(
    log: ProblemLog, path: Path, texts: Iterable[str], check: Callable[[str], Problem | None]
) -> None:
    """Note the first of many texts that does not pass."""
    problem = next((found for text in texts if (found := check(text))), None)
    if problem:
        note(log, path, problem)


def check_duplicates(
    log: ProblemLog,
    kind: str,
    entries: Sequence[Entry],
    rows: Sequence[Row],
) -> None:
    """Note names that several entries, or repetitions of one, have in common."""
    if len({row.name for row in rows}) == len(rows):
        return
    seen: set[str] = set()
    told: set[int] = set()
    for row in rows:
        if row.name in seen and row.entry not in told:
            told.add(row.entry)
            path = entries[row.entry].path
            detail = f"{place_of(path)}: there is already a {kind} named '{row.name}'."
            code = f"duplicate_{kind}_name"
            log.add(code, detail, (*path, "name"), hint="Choose another name.")
        seen.add(row.name)


def n_named(entry: Entry) -> int:
    """Count the names that an entry will give at most."""
    if entry.axes is None:
        return 1
    values = entry.axes.values
    try:
        used = parameters_in(entry.name, tuple(values))
    except SpecError:
        return 1  # its format is noted when the entry is filled
    if not used:
        return 1
    return entry.axes.n_rows if entry.axes.is_zip else prod(len(values[name]) for name in used)


def check_totals(log: ProblemLog, section: str, entries: Sequence[Entry], limit: int) -> None:
    """Count before anything is made.

    Raises:
        SpecError: if there would be too many rows.
    """
    n_names = sum(n_named(entry) for entry in entries)
    if n_names > limit:
        detail = f"The spec has {n_names:,} {section}; {limit:,} are allowed."
        hint = "Use fewer parameter values, or several workflows."
        code = f"too_many_{section}"
        log.add(code, detail, (section,), hint=hint, limit=limit, actual=n_names)
    n_rows = sum(1 if entry.axes is None else entry.axes.n_rows for entry in entries)
    if n_rows > MAX_TOTAL_ROWS:
        detail = f"All {section} together stand for {n_rows:,} combinations."
        hint = f"Use at most {MAX_TOTAL_ROWS:,}."
        code, most = "too_many_expansions", MAX_TOTAL_ROWS
        log.add(code, detail, (section,), hint=hint, limit=most, actual=n_rows)
    log.raise_if_any()
