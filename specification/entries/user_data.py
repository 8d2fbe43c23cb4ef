"""User data: the keys of an entry of `user_data`, with parameters not yet expanded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from specification.entries.fields import (
    Reader,
    boolean,
    check_literal,
    json_text,
    read_keys,
    text,
)
from specification.entries.parameters import (
    PARAMETER_KEYS,
    Parameters,
    read_combinations,
)
from specification.formats.problem_log import ProblemLog
from specification.names import check_name, normalize_name
from specification.problems import SpecPath
from specification.texts.parameter_values import Combinations


@dataclass(slots=True)
class UserDataEntry:
    """One entry of `user_data`; its data is JSON text."""

    path: SpecPath
    name: str
    data_text: str
    is_ephemeral: bool
    combinations: Combinations | None = None


def read_raw_user_data(log: ProblemLog, path: SpecPath, node: Any) -> dict[str, Any]:
    """Return the values of the keys of an entry of `user_data`."""
    return read_keys(log, path, node, USER_DATA_KEYS, frozenset(), ("name",))


USER_DATA_KEYS: dict[str, Reader] = {
    "name": text,
    "data": json_text,
    "is_ephemeral": boolean,
    **PARAMETER_KEYS,
}


def make_user_data(
    log: ProblemLog, path: SpecPath, values: dict[str, Any], shared: Parameters
) -> UserDataEntry:
    """Return the entry of user data whose keys were read."""
    combinations = read_combinations(log, path, values, shared)
    name = normalize_name(values.get("name", "x"))
    if combinations is None:
        check_literal(log, (*path, "name"), name, check_name)
    data_text, is_ephemeral = values.get("data", "null"), values.get("is_ephemeral", False)
    return UserDataEntry(path, name, data_text, is_ephemeral, combinations)
