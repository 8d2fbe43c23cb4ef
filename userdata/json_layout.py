"""JSON values laid out on several lines; numbers and the order of keys stay as they were written.

Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from specification.texts.counts import counted

FOLDED_DEPTH = 2
"""Objects and arrays on so many levels can be folded; deeper ones are plain lines."""
MAX_CHARACTERS = 256 * 1024
"""So much of one value is laid out; the rest is cut off."""
SHORT = 60
"""A value with so few characters stays on one line."""
INDENT = "  "


class Number(str):
    """A number as it was written."""

    __slots__ = ()


def loads(text: str) -> Any:
    """Return the value of a valid JSON text; its numbers remember how they were written."""
    return json.loads(text, parse_float=Number, parse_int=Number)


def lines(value: Any, name: str = "", end: str = "", depth: int = 0) -> Iterator[str]:
    """Yield the lines of a value, indented by two spaces a level.

    Args:
        value: what `loads` has returned, or a part of it.
        name: what stands before it, such as a key and a colon.
        end: what stands after it, such as a comma.
        depth: how many objects and arrays it stands inside of.
    """
    margin = INDENT * depth
    opening, closing = _brackets(value)
    if not opening:
        yield f"{margin}{name}{_scalar(value)}{end}"
        return
    yield f"{margin}{name}{opening}"
    for inner_name, inner, comma in _entries(value):
        yield from lines(inner, inner_name, comma, depth + 1)
    yield f"{margin}{closing}{end}"


@dataclass(frozen=True, slots=True)
class Fold:
    """An object or array that can be folded away; all texts together are the indented value."""

    opening: str
    inner: list[Fold | str]
    closing: str
    note: str
    """What a folded one shows instead of its content, such as `3 keys`."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A value laid out for a page."""

    root: Fold | str
    is_cut: bool
    """The value is too large to be shown in full."""


def fold(text: str) -> Folded:
    """Return a valid JSON text laid out with parts that can be folded."""
    if len(text) <= SHORT and "\n" not in text:
        return Folded(text, is_cut=False)
    layout = _Layout(MAX_CHARACTERS)
    root = layout.part(loads(text), "", "", 0)
    return Folded(root, layout.is_cut)


class _Layout:
    """Builds the parts of one value until `room`, in characters, is used up."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.is_cut = False

    def part(self, value: Any, name: str, end: str, depth: int) -> Fold | str:
        opening, closing = _brackets(value)
        if depth == FOLDED_DEPTH or not opening:
            return self._text(lines(value, name, end, depth))
        margin = INDENT * depth
        inner: list[Fold | str] = []
        for inner_name, inner_value, comma in _entries(value):
            if self.room <= 0:
                inner.append(self._gap(depth + 1))
                break
            inner.append(self.part(inner_value, inner_name, comma, depth + 1))
        note = counted(len(value), "key" if opening == "{" else "item")
        first, last = f"{margin}{name}{opening}\n", f"{margin}{closing}{end}\n"
        return Fold(first, inner, last, note)

    def _text(self, rows: Iterator[str]) -> str:
        pieces: list[str] = []
        for row in rows:
            if self.room <= 0:
                pieces.append(self._gap(FOLDED_DEPTH + 1))
                break
            shown = row[: self.room]
            self.is_cut = self.is_cut or len(shown) < len(row)
            self.room -= len(row) + 1
            pieces.append(f"{shown}\n")
        return "".join(pieces)

    def _gap(self, depth: int) -> str:
        self.is_cut = True
        return f"{INDENT * depth}…\n"


def _brackets(value: Any) -> tuple[str, str]:
    """Return the brackets of an object or array that is not empty; no brackets for other values."""
    if value and isinstance(value, dict):
        return "{", "}"
    return ("[", "]") if value and isinstance(value, list) else ("", "")


def _entries(value: Any) -> Iterator[tuple[str, Any, str]]:
    """Yield name, value and comma of each member or element."""
    pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    for at, (key, item) in enumerate(pairs, 1):
        name = "" if key is None else f"{quoted(key)}: "
        yield name, item, "," if at < len(value) else ""


def _scalar(value: Any) -> str:
    return str(value) if isinstance(value, Number) else quoted(value)


def quoted(value: Any) -> str:
    """Return the JSON text of any value but a number."""
    return json.dumps(value, ensure_ascii=False)
