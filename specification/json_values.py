"""JSON values that every database and every client can hold."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from specification.formats.json import read_json
from specification.limits import INT64, MAX_DATA_BYTES, MAX_DATA_KEYS, MAX_DEPTH
from specification.names import check_text
from specification.problems import Path, Problem, SpecError, pointer_of


class JsonError(ValueError):
    """A text is no JSON value that can be stored; `problem` says why and where."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.detail)


def dump_json(value: Any) -> str:
    """Write a value as JSON text, keys in their order, numbers as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def loads_json(text: str | bytes, *, max_bytes: int = MAX_DATA_BYTES) -> Any:
    """Read one JSON value strictly and check that it can be stored.

    Raises:
        JsonError: with line and column where the text itself is at fault.
    """
    size = (
        len(text)
        if isinstance(text, bytes) or text.isascii()
        else len(text.encode(errors="replace"))
    )
    if size > max_bytes:
        raise JsonError(too_large(size, max_bytes))
    decoded = decode(text)
    try:
        value = json.loads(decoded, object_pairs_hook=unique, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        explain(decoded)
    problem = check_json_value(value, max_bytes=None)
    if problem:
        raise JsonError(problem)
    return value


def decode(text: str | bytes) -> str:
    """Return UTF-8 bytes as text.

    Raises:
        JsonError: if they are none.
    """
    if isinstance(text, str):
        return text
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        detail = "The JSON is not UTF-8 text."
        raise JsonError(Problem("not_utf8", detail, line, 1)) from None


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a dict of pairs whose keys all differ."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("doubled key")
    return found


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities."""
    raise ValueError(name)


def explain(text: str) -> NoReturn:
    """Read the text once more, slowly, to say where it is wrong."""
    try:
        document = read_json(text)
    except SpecError as error:
        raise JsonError(error.problems[0]) from None
    detail = "The JSON is empty." if document is None else "The JSON cannot be read."
    raise JsonError(Problem("json_syntax", detail, 1, 1, hint="Write a value such as null or {}."))


def too_large(size: int, max_bytes: int) -> Problem:
    """Return the problem of a value that is too large."""
    detail = f"The value has {size:,} bytes; {max_bytes:,} are allowed."
    hint = "Keep large data in a file and store its path."
    return Problem("payload_too_large", detail, hint=hint, limit=max_bytes, actual=size)


def check_json_value(
    value: object, path: Path = (), *, max_bytes: int | None = MAX_DATA_BYTES
) -> Problem | None:
    """Return why a value cannot be stored as user data, None if it can.

    Args:
        value: what json.loads gives.
        path: where the value stands; the problem's pointer begins with it.
        max_bytes: the largest size as JSON text; None if the size was checked before.
    """
    n_keys = 0
    stack: list[tuple[object, Path, int]] = [(value, path, 0)]
    while stack:
        item, where, depth = stack.pop()
        if isinstance(item, dict | list):
            if depth == MAX_DEPTH:
                return too_deep(where)
            n_keys += len(item) if isinstance(item, dict) else 0
            if n_keys > MAX_DATA_KEYS:
                return too_many_keys(path)
            problem = check_keys(item, where)
            stack.extend(doubtful(item, where, depth + 1))
        else:
            problem = check_leaf(item, where)
        if problem:
            return problem
    size = 0 if max_bytes is None else len(dump_json(value).encode())
    return too_large(size, max_bytes) if max_bytes is not None and size > max_bytes else None


def is_harmless(value: object) -> bool:
    """Tell at a glance whether a value needs no closer look."""
    kind = type(value)
    if kind is str:
        return str.isascii(value) and "\0" not in value  # type: ignore[arg-type, operator]
    if kind is int:
        return INT64[0] <= value <= INT64[1]  # type: ignore[operator]
    return kind is bool or value is None


def doubtful(
    item: dict[str, Any] | list[Any], where: Path, depth: int
) -> list[tuple[object, Path, int]]:
    """Return what in a container needs a closer look, with paths, last first."""
    pairs = item.items() if isinstance(item, dict) else enumerate(item)
    found: list[tuple[object, Path, int]] = [
        (child, (*where, key), depth) for key, child in pairs if not is_harmless(child)
    ]
    found.reverse()
    return found


def check_keys(item: dict[str, Any] | list[Any], where: Path) -> Problem | None:
    """Return what is wrong with the keys of a mapping."""
    if isinstance(item, list):
        return None
    keys = (key for key in item if not is_harmless(key))
    return next((found for key in keys if (found := check_leaf(key, where))), None)


def check_leaf(item: object, where: Path) -> Problem | None:
    """Return what is wrong with a text or number."""
    pointer = pointer_of(where)
    if isinstance(item, str):
        found = check_text(item)
        return None if found is None else at(found, pointer)
    if isinstance(item, float) and not math.isfinite(item):
        detail = f"The number {item} cannot be stored as JSON."
        return Problem("number_not_finite", detail, pointer=pointer, hint="Use null or text.")
    if isinstance(item, int) and not INT64[0] <= item <= INT64[1]:
        detail = "A whole number does not fit into 64 bits."
        hint = "Quote it to keep it as text."
        limit = INT64[0] if item < 0 else INT64[1]
        return Problem("number_out_of_range", detail, pointer=pointer, hint=hint, limit=limit)
    return None


def at(problem: Problem, pointer: str) -> Problem:
    """Return a problem with its place."""
    return Problem(problem.code, problem.detail, pointer=pointer, hint=problem.hint)


def too_deep(where: Path) -> Problem:
    """Return the problem of a value nested too deep."""
    detail = f"The value is nested more than {MAX_DEPTH} levels deep."
    pointer = pointer_of(where[:20])
    return Problem("json_too_deep", detail, pointer=pointer, hint="Flatten it.", limit=MAX_DEPTH)


def too_many_keys(path: Path) -> Problem:
    """Return the problem of a value with too many keys."""
    detail = f"The value has more than {MAX_DATA_KEYS:,} keys."
    hint = "Keep large data in a file and store its path."
    pointer = pointer_of(path)
    return Problem("json_too_many_keys", detail, pointer=pointer, hint=hint, limit=MAX_DATA_KEYS)
