"""A spec as it was read: plain values that remember where they stood."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from specification.limits import MAX_PROBLEMS
from specification.problems import Path, Problem, SpecError, pointer_of

Place = tuple[int, int]
LARGEST_SHOWN = 2**53  # what every JSON reader understands


class MapNode(dict[str, Any]):
    """A mapping; `marks` holds the marks of its keys and values in turn."""

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
    """The root value of a spec and the way from its marks to lines and columns."""

    root: Any
    place: Callable[[int], Place]
    root_mark: int = 0

    def locate(self, path: Path, *, key: bool = False) -> Place:
        """Return line and column of the value at a path, or of the nearest one above it.

        With `key` it is the place of the last key itself, not of its value.
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


@dataclass(slots=True)
class ProblemLog:
    """The problems found so far in one document, and what is only worth a warning."""

    document: Document
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def warn(self, sentence: str) -> None:
        """Note what is probably not meant; a few warnings are enough."""
        if len(self.warnings) < MAX_PROBLEMS and sentence not in self.warnings:
            self.warnings.append(sentence)

    def add(
        self,
        code: str,
        detail: str,
        path: Path,
        *,
        hint: str | None = None,
        key: bool = False,
        limit: float | None = None,
        actual: float | None = None,
    ) -> None:
        """Note a problem at a path.

        Raises:
            SpecError: with all problems, once there are as many as one answer shows.
        """
        line, column = self.document.locate(path, key=key)
        pointer = pointer_of(path)
        if actual is not None and not abs(actual) < LARGEST_SHOWN:
            actual = None
        self.problems.append(
            Problem(code, detail, line, column, pointer, hint, limit=limit, actual=actual)
        )
        if len(self.problems) >= MAX_PROBLEMS:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        """Raise what was noted.

        Raises:
            SpecError: if anything was.
        """
        if self.problems:
            raise SpecError(self.problems)
