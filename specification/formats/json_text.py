"""JSON text on the server: read strictly, or member by member exactly as it is written."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

from specification.formats.json import read_json
from specification.limits import INT64
from specification.problems import Problem, SpecError

RAW_DECODER = json.JSONDecoder()


MAX_INT64_CHARACTERS = 21
"""No number of 64 bits has so many, the sign included."""


class JsonError(ValueError):
    """A text is not a JSON value that can be stored; `problem` says why and where."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.detail)


def parse_json(text: str) -> Any:
    """Return the value of a JSON text without NaN, doubled keys or numbers that cannot be stored.

    Raises:
        JsonError: with line and column where the text is not JSON.
    """
    try:
        return json.loads(
            text,
            object_pairs_hook=dict_with_unique_keys,
            parse_int=whole_number,
            parse_float=finite_number,
            parse_constant=refuse_constant,
        )
    except JsonError:
        raise
    except (ValueError, RecursionError):
        raise_syntax_error(text)


def member_texts(text: str, start: int = 0) -> dict[str, str]:
    """Return the members of a JSON object, each value exactly as it is written.

    Args:
        text: well-formed JSON.
        start: where the object begins, perhaps after blanks.
    """
    members: dict[str, str] = {}
    at = after_blanks(text, after_blanks(text, start) + 1)
    while text[at] != "}":
        name, at = RAW_DECODER.raw_decode(text, at)
        value_start = after_blanks(text, after_blanks(text, at) + 1)
        _, at = RAW_DECODER.raw_decode(text, value_start)
        members[name] = text[value_start:at]
        at = after_comma(text, at)
    return members


def element_starts(text: str) -> Iterator[int]:
    """Yield where each element of a JSON array begins.

    Args:
        text: well-formed JSON.
    """
    at = after_blanks(text, after_blanks(text, 0) + 1)
    while text[at] != "]":
        yield at
        _, end = RAW_DECODER.raw_decode(text, at)
        at = after_comma(text, end)


def after_blanks(text: str, at: int) -> int:
    """Return where the next token begins."""
    while text[at] in " \t\r\n":
        at += 1
    return at


def after_comma(text: str, at: int) -> int:
    """Return where the next member or element begins, or the bracket that closes them."""
    at = after_blanks(text, at)
    return after_blanks(text, at + 1) if text[at] == "," else at


def decode(text: str | bytes) -> str:
    """Return UTF-8 bytes as text.

    Raises:
        JsonError: the bytes are not UTF-8.
    """
    if isinstance(text, str):
        return text
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        detail = "The JSON is not UTF-8 text."
        hint = "Save or send it as UTF-8."
        raise JsonError(Problem("not_utf8", detail, line, 1, hint=hint)) from None


def dict_with_unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the pairs as a dict.

    Raises:
        ValueError: two pairs have the same key.
    """
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("duplicate key")
    return mapping


def whole_number(text: str) -> int:
    """Return the number with these digits.

    Raises:
        JsonError: it does not fit into 64 bits.
    """
    value = int(text) if len(text) < MAX_INT64_CHARACTERS else INT64[1] + 1
    if not INT64[0] <= value <= INT64[1]:
        raise JsonError(range_problem(text, INT64[0] if text[0] == "-" else INT64[1]))
    return value


def finite_number(text: str) -> float:
    """Return the number that is written like this.

    Raises:
        JsonError: it is too large for a floating-point number.
    """
    value = float(text)
    if not math.isfinite(value):
        detail = f"The number {text[:24]} is too large for a floating-point number."
        hint = "Quote it to keep it as text."
        raise JsonError(Problem("number_not_finite", detail, hint=hint))
    return value


def refuse_constant(name: str) -> NoReturn:
    """Raise for NaN and the infinities, which `json` would accept."""
    raise ValueError(name)


def raise_syntax_error(text: str) -> NoReturn:
    """Raise JsonError with the place of the mistake, by reading the text again with positions."""
    try:
        document = read_json(text)
    except SpecError as error:
        raise JsonError(error.problems[0]) from None
    detail = "The JSON is empty." if document is None else "The JSON cannot be read."
    raise JsonError(Problem("json_syntax", detail, 1, 1, hint="Write a value such as null or {}."))


def range_problem(number: str, limit: int, pointer: str | None = None) -> Problem:
    """Return the problem of a whole number beyond 64 bits."""
    shown = number if len(number) <= 24 else f"{number[:24]}…"
    detail = f"The number {shown} does not fit into 64 bits."
    hint = "Quote it to keep it as text."
    return Problem("number_out_of_range", detail, pointer=pointer, hint=hint, limit=limit)
