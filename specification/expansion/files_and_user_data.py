"""Files and user data, expanded: one row for each combination of an entry's parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specification.entries.files import FileEntry
from specification.entries.user_data import UserDataEntry
from specification.expansion.checks import check_duplicates, check_expanded, check_totals
from specification.expansion.substitution import Substitution
from specification.formats.problem_log import ProblemLog
from specification.json_values import size_problem
from specification.limits import MAX_DATA_BYTES, MAX_FILES, MAX_USER_DATA
from specification.names import check_name, check_path
from specification.problems import Problem


@dataclass(slots=True)
class DataRow:
    """One file or one value of user data; `content` is the file's path, or the value as JSON."""

    entry: int
    name: str
    content: str


def expand_files(log: ProblemLog, entries: Sequence[FileEntry]) -> list[DataRow]:
    """Return all files.

    Raises:
        SpecError: there are too many.
    """
    check_totals(log, "files", entries, MAX_FILES)
    rows: list[DataRow] = []
    for at, entry in enumerate(entries):
        files = expand_entry(log, at, entry, "path", entry.file_path)
        if entry.combinations is not None:
            check_expanded(log, (*entry.path, "path"), (row.content for row in files), check_path)
        rows.extend(files)
    check_duplicates(log, "file", entries, rows)
    return rows


def expand_user_data(log: ProblemLog, entries: Sequence[UserDataEntry]) -> list[DataRow]:
    """Return all declared user data.

    Raises:
        SpecError: there is too much.
    """
    check_totals(log, "user_data", entries, MAX_USER_DATA)
    rows: list[DataRow] = []
    for at, entry in enumerate(entries):
        values = expand_entry(log, at, entry, "data", entry.data_text)
        if entry.combinations is not None:
            distinct = {id(row.content): row.content for row in values}.values()
            check_expanded(log, (*entry.path, "data"), distinct, check_data_size)
        rows.extend(values)
    check_duplicates(log, "user_data", entries, rows)
    return rows


def check_data_size(data_text: str) -> Problem | None:
    """Return the problem that a value is too large once placeholders are replaced."""
    size = len(data_text.encode())
    return size_problem(size, MAX_DATA_BYTES) if size > MAX_DATA_BYTES else None


def expand_entry(
    log: ProblemLog,
    at: int,
    entry: FileEntry | UserDataEntry,
    key: str,
    content: str,
) -> list[DataRow]:
    """Return the distinct rows of one entry.

    Args:
        log: takes the problems.
        at: the position of the entry in its section.
        entry: the entry.
        key: `path` or `data`.
        content: the path, or the data as JSON; may contain placeholders.
    """
    if entry.combinations is None:
        return [DataRow(at, entry.name, content)]
    texts = Substitution(log, entry.path, entry.combinations)
    names = texts.names("name", entry.name)
    contents = texts.json_column(key, content) if key == "data" else texts.column(key, content)
    pairs = dict.fromkeys(zip(names, contents, strict=True))
    check_expanded(log, (*entry.path, "name"), names, check_name)
    return [DataRow(at, name, text or "") for name, text in pairs]
