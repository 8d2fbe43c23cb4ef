"""Files and user_data repeated for their parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specification.entries.entries import FileEntry, UserDataEntry
from specification.expansion.fill import Filler
from specification.expansion.totals import check_duplicates, check_filled, check_totals
from specification.formats.documents import ProblemLog
from specification.limits import MAX_FILES, MAX_USER_DATA
from specification.names import check_name, check_path


@dataclass(slots=True)
class DataRow:
    """One file or user_data; `content` is a file's path."""

    entry: int
    name: str
    content: str


def expand_files(log: ProblemLog, entries: Sequence[FileEntry]) -> list[DataRow]:
    """Return all files.

    Raises:
        SpecError: with everything that is wrong with them.
    """
    check_totals(log, "files", entries, MAX_FILES)
    rows: list[DataRow] = []
    for at, entry in enumerate(entries):
        found = repeated_data(log, at, entry, "path", entry.file_path)
        if entry.axes is not None:
            check_filled(log, (*entry.path, "path"), (row.content for row in found), check_path)
        rows.extend(found)
    check_duplicates(log, "file", entries, rows)
    return rows


def expand_user_data(log: ProblemLog, entries: Sequence[UserDataEntry]) -> list[DataRow]:
    """Return all declared user_data.

    Raises:
        SpecError: with everything that is wrong with them.
    """
    check_totals(log, "user_data", entries, MAX_USER_DATA)
    rows = [row for at, entry in enumerate(entries) for row in repeated_data(log, at, entry)]
    check_duplicates(log, "user_data", entries, rows)
    return rows


def repeated_data(
    log: ProblemLog,
    at: int,
    entry: FileEntry | UserDataEntry,
    key: str | None = None,
    content: str = "",
) -> list[DataRow]:
    """Return the rows of one entry; equal ones count once."""
    if entry.axes is None:
        return [DataRow(at, entry.name, content)]
    filler = Filler(log, entry.path, entry.axes)
    names = filler.names("name", entry.name)
    contents = filler.column(key, content) if key else [content] * filler.n_rows
    pairs = dict.fromkeys(zip(names, contents, strict=True))
    check_filled(log, (*entry.path, "name"), names, check_name)
    return [DataRow(at, name, filled or "") for name, filled in pairs]
