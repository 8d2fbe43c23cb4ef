"""Readers of single values: each returns the value, or notes what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from specification.formats.documents import MapNode, ProblemLog, SeqNode
from specification.names import check_text, normal
from specification.problems import Path, Problem, SpecError, did_you_mean, place_of

Reader = Callable[[ProblemLog, Path, Any], Any]

KINDS = {
    MapNode: "a mapping",
    SeqNode: "a list",
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    type(None): "null",
}


REMEDIES = {
    "expected_string": "Write one text.",
    "expected_integer": "Write a number without quotes and without a point.",
    "expected_boolean": "Write true or false, without quotes.",
    "expected_list": "Write a list such as [a, b], or lines that begin with '- '.",
    "expected_mapping": "Write keys and values, such as 'key: value'.",
    "expected_parameter_value": "Write a range such as 1:10, a list such as [a, b], or one value.",
}


class Unfit(str):
    """Stands in for a text that was noted as wrong, so that it is not noted twice."""

    __slots__ = ()


def wrong_kind(log: ProblemLog, path: Path, code: str, wanted: str, value: Any) -> None:
    """Note that a value is of another kind than it must be."""
    found = KINDS.get(type(value), "something else")
    if isinstance(value, str | int | float) and len(str(value)) <= 40:
        found += f" ({value!r})" if not isinstance(value, bool) else f" ({str(value).lower()})"
    hint = REMEDIES.get(code)
    if code == "expected_string" and isinstance(value, int | float):
        hint = "Put it in quotes to make it text."
    elif code == "expected_list" and isinstance(value, str):
        hint = f"Write [{value[:60]}] for a list of one."
    log.add(code, f"{place_of(path)} must be {wanted}, not {found}.", path, hint=hint)


def note(log: ProblemLog, path: Path, problem: Problem, whose: str | None = None) -> None:
    """Note a problem that a check of a single text found."""
    detail = f"{whose or place_of(path)}: {problem.detail}"
    limit, actual = problem.limit, problem.actual
    log.add(problem.code, detail, path, hint=problem.hint, limit=limit, actual=actual)


def text(log: ProblemLog, path: Path, value: Any) -> str:
    """Read a text."""
    if type(value) is not str:
        wrong_kind(log, path, "expected_string", "text", value)
        return Unfit("x")
    if "\0" in value or not value.isascii():
        problem = check_text(value)
        if problem:
            note(log, path, problem)
    return value


def texts(log: ProblemLog, path: Path, value: Any) -> tuple[str, ...]:
    """Read a list of texts."""
    if type(value) is not SeqNode:
        wrong_kind(log, path, "expected_list", "a list", value)
        return ()
    return tuple([text(log, (*path, at), item) for at, item in enumerate(value)])


def references(log: ProblemLog, path: Path, value: Any) -> tuple[str, ...]:
    """Read a list of names."""
    return tuple([normal(name) for name in texts(log, path, value)])


def boolean(log: ProblemLog, path: Path, value: Any) -> bool:
    """Read true or false."""
    if type(value) is not bool:
        wrong_kind(log, path, "expected_boolean", "true or false", value)
        return False
    return value


def integer(limits: tuple[int, int]) -> Reader:
    """Return the reader of a whole number between limits."""

    def read(log: ProblemLog, path: Path, value: Any) -> int:
        low, high = limits
        if type(value) is not int:
            wrong_kind(log, path, "expected_integer", "a whole number", value)
            return low
        if not low <= value <= high:
            detail = f"{place_of(path)} must be between {low:,} and {high:,}."
            limit = low if value < low else high
            hint = f"Use {limit:,} at the {'least' if value < low else 'most'}."
            log.add("out_of_range", detail, path, hint=hint, limit=limit, actual=value)
            return low
        return value

    return read


def choice(*allowed: str) -> Reader:
    """Return the reader of one word out of several."""

    def read(log: ProblemLog, path: Path, value: Any) -> str:
        word = text(log, path, value)
        if word not in allowed:
            listed = ", ".join(allowed)
            detail = f"{place_of(path)} cannot be '{word[:40]}'" + did_you_mean(word, allowed)
            log.add("invalid_choice", detail, path, hint=f"Write one of: {listed}.")
            return allowed[0]
        return word

    return read


def parsed(parse: Callable[[str], Any]) -> Reader:
    """Return the reader of a text that another function must understand."""

    def read(log: ProblemLog, path: Path, value: Any) -> str:
        found = text(log, path, value)
        if type(value) is str:
            try:
                parse(found)
            except SpecError as error:
                note(log, path, error.problems[0])
        return found

    return read


def checked(check: Callable[[str], Problem | None]) -> Reader:
    """Return the reader of a text that must pass a check."""

    def read(log: ProblemLog, path: Path, value: Any) -> str:
        found = text(log, path, value)
        problem = check(found) if type(value) is str and "\0" not in found else None
        if problem and problem.code != "lone_surrogate":  # text() has noted that one
            note(log, path, problem)
        return found

    return read


def read_keys(
    log: ProblemLog,
    path: Path,
    node: Any,
    readers: Mapping[str, Reader],
    later: frozenset[str],
    required: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Read a mapping key by key; a null counts as absent.

    Args:
        log: takes the problems.
        path: where the mapping stands.
        node: the mapping.
        readers: the known keys.
        later: keys that Torc knows and this version refuses.
        required: keys that must be there.
    """
    if type(node) is not MapNode:
        wrong_kind(log, path, "expected_mapping", "a mapping", node)
        return {}
    values = {}
    for key, value in node.items():
        if (reader := readers.get(key)) is None:
            refuse_key(log, (*path, key), value, list(readers), later)
        elif value is not None:
            values[key] = reader(log, (*path, key), value)
    for key in [key for key in required if key not in values]:
        lacks(log, path, key)
    return values


def lacks(log: ProblemLog, path: Path, key: str) -> None:
    """Note a key that is missing."""
    hint = f"Write '{key}:' with its value."
    log.add("missing_field", f"{place_of(path)} has no '{key}'.", path, hint=hint)


def refuse_key(
    log: ProblemLog, path: Path, value: Any, known: list[str], later: frozenset[str]
) -> None:
    """Note a key that cannot be used; a later one that holds null does no harm."""
    key = str(path[-1])
    if key not in later:
        detail = f"{place_of(path[:-1])} has the unknown key '{key[:60]}'"
        hint = "Known keys: " + ", ".join(sorted(known)) + "."
        log.add("unknown_field", detail + did_you_mean(key, known), path, hint=hint, key=True)
    elif value is not None:
        detail = f"{place_of(path)}: the key '{key}' is not supported yet."
        log.add("unsupported_key", detail, path, hint="Remove it.", key=True)


def each(
    log: ProblemLog, path: Path, value: Any, read: Callable[[ProblemLog, Path, Any], Any]
) -> list[Any]:
    """Read a list item by item."""
    if type(value) is not SeqNode:
        wrong_kind(log, path, "expected_list", "a list", value)
        return []
    return [read(log, (*path, at), item) for at, item in enumerate(value)]
