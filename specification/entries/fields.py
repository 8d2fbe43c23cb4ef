"""Readers of single values: each returns the value, and adds what is wrong with it to the log.

For a value of the wrong type a reader returns one of the right type, so that reading goes on and
independent problems are reported together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from specification.entries.hints import SYNONYMS, wrong_type_hint
from specification.formats.document import MapNode, SeqNode
from specification.formats.problem_log import ProblemLog
from specification.formats.yaml_scalars import WrittenNumber
from specification.json_values import check_json_value, dump_as_written
from specification.names import check_text, normalize_name
from specification.problems import (
    Problem,
    SpecError,
    SpecPath,
    did_you_mean,
    nearest_names,
    parse_pointer,
    path_text,
)

Reader = Callable[[ProblemLog, SpecPath, Any], Any]

TYPE_NAMES = {
    MapNode: "a mapping",
    SeqNode: "a list",
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    WrittenNumber: "a number",
    type(None): "null",
}


class InvalidText(str):
    """Stands in for a value that was not text, so that the problem is not reported twice."""

    __slots__ = ()


def add_wrong_type(log: ProblemLog, path: SpecPath, code: str, wanted: str, value: Any) -> None:
    """Add the problem that a value has the wrong type.

    Args:
        log: takes the problem.
        path: of the value.
        code: of the problem.
        wanted: what the value must be, such as `a list`.
        value: what it is.
    """
    actual = TYPE_NAMES.get(type(value), "something else")
    if isinstance(value, str | int | float) and len(str(value)) <= 40:
        actual += f" ({value!r})" if not isinstance(value, bool) else f" ({str(value).lower()})"
    hint = wrong_type_hint(code, path, value)
    log.add(code, f"{path_text(path)} must be {wanted}, not {actual}.", path, hint=hint)


def add_problem(
    log: ProblemLog,
    path: SpecPath,
    problem: Problem,
    subject: str | None = None,
    *,
    key: bool = False,
) -> None:
    """Add the problem of a single value.

    Args:
        log: takes the problem.
        path: of the value.
        problem: what is wrong, without its place.
        subject: what the message begins with, by default the path.
        key: the problem is the last key of the path, not its value.
    """
    detail = f"{subject or path_text(path)}: {problem.detail}"
    hint, limit, actual = problem.hint, problem.limit, problem.actual
    log.add(problem.code, detail, path, hint=hint, key=key, limit=limit, actual=actual)


def text(log: ProblemLog, path: SpecPath, value: Any) -> str:
    """Return a text."""
    if type(value) is not str:
        add_wrong_type(log, path, "expected_string", "text", value)
        return InvalidText("x")
    if "\0" in value or not value.isascii():
        problem = check_text(value)
        if problem:
            add_problem(log, path, problem)
    return value


def texts(log: ProblemLog, path: SpecPath, value: Any) -> tuple[str, ...]:
    """Return a list of texts."""
    if type(value) is not SeqNode:
        add_wrong_type(log, path, "expected_list", "a list", value)
        return ()
    return tuple([text(log, (*path, at), item) for at, item in enumerate(value)])


def references(log: ProblemLog, path: SpecPath, value: Any) -> tuple[str, ...]:
    """Return a list of names, as names are compared."""
    return tuple([normalize_name(name) for name in texts(log, path, value)])


def boolean(log: ProblemLog, path: SpecPath, value: Any) -> bool:
    """Return true or false."""
    if type(value) is not bool:
        add_wrong_type(log, path, "expected_boolean", "true or false", value)
        return False
    return value


def integer(limits: tuple[int, int]) -> Reader:
    """Return the reader of a whole number between two limits, both included."""

    def read(log: ProblemLog, path: SpecPath, value: Any) -> int:
        low, high = limits
        if type(value) is not int:
            add_wrong_type(log, path, "expected_integer", "a whole number", value)
            return low
        if not low <= value <= high:
            detail = f"{path_text(path)} must be between {low:,} and {high:,}."
            limit = low if value < low else high
            hint = f"Use at {'least' if value < low else 'most'} {limit:,}."
            log.add("out_of_range", detail, path, hint=hint, limit=limit, actual=value)
            return low
        return value

    return read


def choice(*allowed: str) -> Reader:
    """Return the reader of one of several words."""

    def read(log: ProblemLog, path: SpecPath, value: Any) -> str:
        word = text(log, path, value)
        if word not in allowed:
            listed = ", ".join(allowed)
            detail = f"{path_text(path)} cannot be '{word[:40]}'" + did_you_mean(word, allowed)
            log.add("invalid_choice", detail, path, hint=f"Write one of: {listed}.")
            return allowed[0]
        return word

    return read


def text_parsed_by(parse: Callable[[str], Any], hint: Callable[[str], str]) -> Reader:
    """Return the reader of a text that a function parses or raises SpecError for.

    Args:
        parse: raises for a text that is not allowed.
        hint: says how to write a number that lacks its unit.
    """

    def read(log: ProblemLog, path: SpecPath, value: Any) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            detail = f"{path_text(path)}: the number {value!r} has no unit."
            log.add("expected_string", detail, path, hint=hint(repr(value)))
            return InvalidText("x")
        content = text(log, path, value)
        if type(value) is str:
            try:
                parse(content)
            except SpecError as error:
                add_problem(log, path, error.problems[0])
        return content

    return read


def text_checked_by(check: Callable[[str], Problem | None]) -> Reader:
    """Return the reader of a text that must pass a check."""

    def read(log: ProblemLog, path: SpecPath, value: Any) -> str:
        content = text(log, path, value)
        if type(value) is str:
            check_literal(log, path, content, check)
        return content

    return read


def read_keys(
    log: ProblemLog,
    path: SpecPath,
    node: Any,
    readers: Mapping[str, Reader],
    later: frozenset[str],
    required: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return the values of the keys of a mapping; a key with null counts as absent.

    Args:
        log: takes the problems.
        path: of the mapping.
        node: the mapping.
        readers: by known key.
        later: keys that Torc has and this version does not support yet.
        required: keys that must be there.
    """
    if type(node) is not MapNode:
        add_wrong_type(log, path, "expected_mapping", "a mapping", node)
        return {}
    values = {}
    meant: set[str | None] = set()
    for key, value in node.items():
        if (reader := readers.get(key)) is None:
            meant.add(add_unusable_key(log, (*path, key), value, list(readers), later))
        elif value is not None:
            values[key] = reader(log, (*path, key), value)
    missing = (key for key in required if key not in values and key not in meant)
    add_missing_keys(log, path, missing)
    return values


def add_missing_keys(log: ProblemLog, path: SpecPath, keys: Iterable[str]) -> None:
    """Add a problem for each key that is missing."""
    for key in keys:
        hint = f"Write '{key}:' with a value."
        log.add("missing_field", f"{path_text(path)} has no '{key}'.", path, hint=hint)


def add_unusable_key(
    log: ProblemLog, path: SpecPath, value: Any, known: list[str], later: frozenset[str]
) -> str | None:
    """Add the problem that a key is unknown, or not supported unless its value is null.

    Returns:
        The key that was probably meant, None if there is none.
    """
    key = str(path[-1])
    if key in later:
        if value is not None:
            detail = f"{path_text(path)}: the key '{key}' is not supported yet."
            log.add("unsupported_key", detail, path, hint="Remove it.", key=True)
        return None
    synonym = SYNONYMS.get(key.lower())
    near = nearest_names(key, known)
    meant = synonym if synonym in known else next(iter(near), None)
    detail = f"{path_text(path[:-1])} has the unknown key '{key[:60]}'"
    detail += f"; did you mean '{meant}'?" if meant else "."
    others = ", ".join(dict.fromkeys((*([meant] if meant else []), *near)))
    hint = f"Keys with similar names: {others}." if len(near) > 1 else f"Write '{meant}'."
    if not meant:
        hint = "Remove it: no key has a similar name."
    log.add("unknown_field", detail, path, hint=hint, key=True)
    return meant


def read_items(
    log: ProblemLog, path: SpecPath, value: Any, read: Callable[[ProblemLog, SpecPath, Any], Any]
) -> list[Any]:
    """Return the items of a list, each as its reader returns it."""
    if type(value) is not SeqNode:
        add_wrong_type(log, path, "expected_list", "a list", value)
        return []
    return [read(log, (*path, at), item) for at, item in enumerate(value)]


def check_literal(log: ProblemLog, path: SpecPath, content: str, check: Any) -> None:
    """Add the problem that a check finds in a text, unless `text` has reported it already."""
    problem = check(content)
    if problem and problem.code not in ("nul_character", "lone_surrogate"):
        add_problem(log, path, problem)


def json_text(log: ProblemLog, path: SpecPath, value: Any) -> str:
    """Return any JSON value as JSON text."""
    problem = check_json_value(value, path)
    if problem:
        place = parse_pointer(problem.pointer or "")
        add_problem(log, place, problem, path_text(place[:12]))
        return "null"
    return dump_as_written(value)
