"""JSON values that every database and every client can store."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

from specification.formats.json_text import JsonError, decode, parse_json, range_problem
from specification.formats.yaml_scalars import WrittenNumber
from specification.limits import INT64, MAX_DATA_BYTES, MAX_DATA_KEYS, MAX_DEPTH
from specification.names import check_text
from specification.problems import Problem, SpecPath, json_pointer


def dump_json(value: Any) -> str:
    """Return a value as JSON text, keys in their order, numbers as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def dump_as_written(value: Any) -> str:
    """Return a value as JSON text, keys in their order, numbers as a spec writes them."""
    return dump_parts(value) if has_written_number(value) else dump_json(value)


def dump_parts(value: Any) -> str:
    """Return a value as JSON text, part by part: `json` cannot be told how to write a number."""
    if isinstance(value, dict):
        items = (f"{dump_json(key)}:{dump_parts(item)}" for key, item in value.items())
        return "{" + ",".join(items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump_parts, value)) + "]"
    return str(value.text) if type(value) is WrittenNumber else dump_json(value)


def has_written_number(value: Any) -> bool:
    """Return whether a value is or has a number that remembers how it was written."""
    if isinstance(value, dict):
        return any(map(has_written_number, value.values()))
    if isinstance(value, list):
        return any(map(has_written_number, value))
    return type(value) is WrittenNumber


def loads_json(text: str | bytes, *, max_bytes: int = MAX_DATA_BYTES) -> Any:
    """Return the JSON value of a text, read strictly, if it can be stored.

    Raises:
        JsonError: the text is not JSON (with line and column), or the value cannot be stored.
    """
    size = (
        len(text)
        if isinstance(text, bytes) or text.isascii()
        else len(text.encode(errors="replace"))
    )
    if size > max_bytes:
        raise JsonError(size_problem(size, max_bytes))
    value = parse_json(decode(text))
    problem = check_json_value(value, max_bytes=None)
    if problem:
        raise JsonError(problem)
    return value


def size_problem(size: int, max_bytes: int) -> Problem:
    """Return the problem that a value is too large; sizes in bytes."""
    detail = f"The value has {size:,} bytes; {max_bytes:,} are allowed."
    hint = "Keep large data in a file and store its path."
    return Problem("payload_too_large", detail, hint=hint, limit=max_bytes, actual=size)


def check_json_value(
    value: object, path: SpecPath = (), *, max_bytes: int | None = MAX_DATA_BYTES
) -> Problem | None:
    """Return why a value cannot be stored as user data, None if it can.

    Args:
        value: what json.loads gives.
        path: where the value stands; the problem's pointer begins with it.
        max_bytes: the largest size as JSON text; None if the size was checked before.
    """
    n_keys = 0
    stack: list[tuple[object, SpecPath, int]] = [(value, path, 0)]
    while stack:
        item, where, depth = stack.pop()
        if isinstance(item, dict | list):
            if depth == MAX_DEPTH:
                return depth_problem(where)
            n_keys += len(item) if isinstance(item, dict) else 0
            if n_keys > MAX_DATA_KEYS:
                return key_count_problem(path)
            problem = check_keys(item, where)
            stack.extend(children_to_check(item, where, depth + 1))
        else:
            problem = check_leaf(item, where)
        if problem:
            return problem
    size = 0 if max_bytes is None else len(dump_json(value).encode())
    return size_problem(size, max_bytes) if max_bytes is not None and size > max_bytes else None


def is_surely_storable(value: object) -> bool:
    """Return whether a value can be stored; False means that it must be checked in detail."""
    kind = type(value)
    if kind is str:
        return str.isascii(value) and "\0" not in value  # type: ignore[arg-type, operator]
    if kind is int:
        return INT64[0] <= value <= INT64[1]  # type: ignore[operator]
    return kind is bool or value is None


def children_to_check(
    item: dict[str, Any] | list[Any], where: SpecPath, depth: int
) -> list[tuple[object, SpecPath, int]]:
    """Return the items of a container that must be checked in detail, last first, with paths."""
    pairs = item.items() if isinstance(item, dict) else enumerate(item)
    children: list[tuple[object, SpecPath, int]] = [
        (child, (*where, key), depth) for key, child in pairs if not is_surely_storable(child)
    ]
    children.reverse()
    return children


def check_keys(item: dict[str, Any] | list[Any], where: SpecPath) -> Problem | None:
    """Return why a key of a mapping cannot be stored, None if all can."""
    if isinstance(item, list):
        return None
    keys = (key for key in item if not is_surely_storable(key))
    return next((problem for key in keys if (problem := check_leaf(key, where))), None)


def check_leaf(item: object, where: SpecPath) -> Problem | None:
    """Return why a text or number cannot be stored, None if it can."""
    pointer = json_pointer(where)
    if isinstance(item, str):
        problem = check_text(item)
        return None if problem is None else replace(problem, pointer=pointer)
    if isinstance(item, float) and not math.isfinite(item):
        detail = f"The number {item} cannot be stored as JSON."
        return Problem("number_not_finite", detail, pointer=pointer, hint="Use null or text.")
    if isinstance(item, int) and not INT64[0] <= item <= INT64[1]:
        limit = INT64[0] if item < 0 else INT64[1]
        return range_problem(str(item), limit, pointer)
    return None


def depth_problem(where: SpecPath) -> Problem:
    """Return the problem that a value is nested too deep."""
    detail = f"The value is nested more than {MAX_DEPTH} levels deep."
    pointer = json_pointer(where[:20])
    return Problem("json_too_deep", detail, pointer=pointer, hint="Flatten it.", limit=MAX_DEPTH)


def key_count_problem(path: SpecPath) -> Problem:
    """Return the problem that a value has too many keys."""
    detail = f"The value has more than {MAX_DATA_KEYS:,} keys."
    hint = "Keep large data in a file and store its path."
    pointer = json_pointer(path)
    return Problem("json_too_many_keys", detail, pointer=pointer, hint=hint, limit=MAX_DATA_KEYS)
