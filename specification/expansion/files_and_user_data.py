"""Files and user data, expanded: one row for each combination of an entry's parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specification.entries.files import FileEntry
from specification.entries.user_data import UserDataEntry
from specification.expansion.checks import check_duplicates, check_expanded, check_totals
from specification.expansion.substitution import Substitution
from specification.formats.problem_log import ProblemLog
from specification.limits import MAX_FILES, MAX_USER_DATA
from specification.names import check_name, check_path


@dataclass(slots=True)
class DataRow:
    """One file or one value of user data; `content` is the path of a file, else empty."""

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
    rows = [row for at, entry in enumerate(entries) for row in expand_entry(log, at, entry)]
    check_duplicates(log, "user_data", entries, rows)
    return rows


def expand_entry(
    log: ProblemLog,
    at: int,
    entry: FileEntry | UserDataEntry,
    key: str | None = None,
    content: str = "",
) -> list[DataRow]:
    """Return the distinct rows of one entry.

    Args:
        log: takes the problems.
        at: the position of the entry in its section.
        entry: the entry.
        key: the key of the content, None if there is none.
        content: may contain placeholders.
    """
    if entry.combinations is None:
        return [DataRow(at, entry.name, content)]
    texts = Substitution(log, entry.path, entry.combinations)
    names = texts.names("name", entry.name)
    contents = texts.column(key, content) if key else [content] * texts.n_rows
    pairs = dict.fromkeys(zip(names, contents, strict=True))
    check_expanded(log, (*entry.path, "name"), names, check_name)
    return [DataRow(at, name, text or "") for name, text in pairs]
