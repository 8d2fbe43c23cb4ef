"""A spec as it was read: plain values, with the line and column where each is written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from specification.problems import SpecPath

Place = tuple[int, int]


class MapNode(dict[str, Any]):
    """A mapping; `marks` holds the marks of its keys and values, alternately.

    A mark is a number from which a `Document` finds line and column.
    """

    __slots__ = ("marks",)

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[int] = []


class SeqNode(list[Any]):
    """A list; `marks` holds the marks of its items."""

    __slots__ = ("marks",)

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[int] = []


@dataclass(frozen=True, slots=True)
class Document:
    """The root value of a spec, and the function from its marks to lines and columns."""

    root: Any
    place: Callable[[int], Place]
    root_mark: int = 0
    notes: tuple[str, ...] = ()

    def locate(self, path: SpecPath, *, key: bool = False) -> Place:
        """Return line and column of the value at a path, or of the nearest value above it.

        Args:
            path: the keys and positions that lead to the value.
            key: return the place of the last key, not of its value.
        """
        node, mark = self.root, self.root_mark
        for depth, part in enumerate(path):
            if isinstance(node, MapNode) and str(part) in node:
                at = 2 * list(node).index(str(part))
                wants_key = key and depth == len(path) - 1
                mark = node.marks[at if wants_key else at + 1]
                node = node[str(part)]
            elif isinstance(node, SeqNode) and str(part).isdecimal() and int(part) < len(node):
                mark = node.marks[int(part)]
                node = node[int(part)]
            else:
                break
        return self.place(mark)


def place_by_offset(text: str) -> Callable[[int], Place]:
    """Return the function from an offset into this text to line and column, counted from 1."""
    starts: list[int] = []

    def place(offset: int) -> Place:
        if not starts:
            starts.append(0)
            starts.extend(i + 1 for i, letter in enumerate(text) if letter == "\n")
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    return place
