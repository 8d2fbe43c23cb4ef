"""JSON text on several lines, numbers and order of keys as they were written. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

FOLDED_DEPTH = 2
"""How many levels of a value can be folded away; what is deeper is plain lines."""
MAX_CHARACTERS = 256 * 1024
"""Of one value, as much is laid out for reading."""
SHORT = 60
"""A value with so few characters stays on one line."""
INDENT = "  "


class Number(str):
    """A number as it was written."""

    __slots__ = ()


def loads(text: str) -> Any:
    """The value of a valid JSON text; its numbers remember how they were written."""
    return json.loads(text, parse_float=Number, parse_int=Number)


def lines(value: Any, name: str = "", end: str = "", depth: int = 0) -> Iterator[str]:
    """The value with two spaces a level.

    Args:
        value: what `loads` has returned, or a part of it.
        name: what stands before it, such as a key and a colon.
        end: what stands after it, such as a comma.
        depth: how many levels it stands inside others.
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
    """What is seen of it when it is folded: how much it holds."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A value as it is read."""

    root: Fold | str
    is_cut: bool
    """It is too large to be shown in full."""


def fold(text: str) -> Folded:
    """Lay out a valid JSON text for reading."""
    if len(text) <= SHORT and "\n" not in text:
        return Folded(text, is_cut=False)
    layout = _Layout(MAX_CHARACTERS)
    root = layout.part(loads(text), "", "", 0)
    return Folded(root, layout.is_cut)


class _Layout:
    """Builds the parts of one value until its room is used up."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.is_cut = False

    def part(self, value: Any, name: str, end: str, depth: int) -> Fold | str:
        opening, closing = _brackets(value)
        if depth == FOLDED_DEPTH or not opening:
            return self._text(lines(value, name, end, depth))
        margin = INDENT * depth
        inner: list[Fold | str] = []
        for inner_name, one, comma in _entries(value):
            if self.room <= 0:
                inner.append(self._gap(depth + 1))
                break
            inner.append(self.part(one, inner_name, comma, depth + 1))
        noun = "key" if opening == "{" else "item"
        note = f"{len(value):,} {noun}{'' if len(value) == 1 else 's'}"
        first, last = f"{margin}{name}{opening}\n", f"{margin}{closing}{end}\n"
        return Fold(first, inner, last, note)

    def _text(self, rows: Iterator[str]) -> str:
        kept: list[str] = []
        for row in rows:
            if self.room <= 0:
                kept.append(self._gap(FOLDED_DEPTH + 1))
                break
            shown = row[: self.room]
            self.is_cut = self.is_cut or len(shown) < len(row)
            self.room -= len(row) + 1
            kept.append(f"{shown}\n")
        return "".join(kept)

    def _gap(self, depth: int) -> str:
        self.is_cut = True
        return f"{INDENT * depth}…\n"


def _brackets(value: Any) -> tuple[str, str]:
    """How a value with something in it opens and closes; empty for every other."""
    if value and isinstance(value, dict):
        return "{", "}"
    return ("[", "]") if value and isinstance(value, list) else ("", "")


def _entries(value: Any) -> Iterator[tuple[str, Any, str]]:
    """Name, value and comma of what an object or array holds."""
    pairs = value.items() if isinstance(value, dict) else ((None, one) for one in value)
    for at, (key, one) in enumerate(pairs, 1):
        name = "" if key is None else f"{quoted(key)}: "
        yield name, one, "," if at < len(value) else ""


def _scalar(value: Any) -> str:
    return str(value) if isinstance(value, Number) else quoted(value)


def quoted(value: Any) -> str:
    """A string, or what else is no number, as JSON spells it."""
    return json.dumps(value, ensure_ascii=False)
