"""Files: the keys of an entry of `files`, with parameters not yet expanded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from specification.entries.fields import (
    Reader,
    check_literal,
    read_keys,
    text,
)
from specification.entries.parameters import (
    PARAMETER_KEYS,
    Parameters,
    read_combinations,
)
from specification.formats.problem_log import ProblemLog
from specification.names import check_name, check_path, normalize_name
from specification.problems import SpecPath
from specification.texts.parameter_values import Combinations

FILE_KEYS: dict[str, Reader] = {"name": text, "path": text, **PARAMETER_KEYS}


@dataclass(slots=True)
class FileEntry:
    """One entry of `files`."""

    path: SpecPath
    name: str
    file_path: str
    combinations: Combinations | None = None


def read_raw_file(log: ProblemLog, path: SpecPath, node: Any) -> dict[str, Any]:
    """Return the values of the keys of a file."""
    return read_keys(log, path, node, FILE_KEYS, frozenset({"st_mtime"}), ("name", "path"))


def make_file(
    log: ProblemLog, path: SpecPath, values: dict[str, Any], shared: Parameters
) -> FileEntry:
    """Return the entry of a file whose keys were read."""
    combinations = read_combinations(log, path, values, shared)
    name, file_path = normalize_name(values.get("name", "x")), values.get("path", "x")
    if combinations is None:
        check_literal(log, (*path, "name"), name, check_name)
        check_literal(log, (*path, "path"), file_path, check_path)
    return FileEntry(path, name, file_path, combinations)
