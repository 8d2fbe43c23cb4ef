"""Search for a text in a log. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jobs.logs.text import readable

MAX_HITS = 200
CONTEXT = 2
LONGEST_SHOWN = 1_000
"""Bytes of one line; a search shows no more of it."""


@dataclass(frozen=True, slots=True)
class SearchedLine:
    """A line that holds the text, or one near it."""

    number: int
    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """The lines of a log that hold a text, with the lines near them."""

    groups: list[list[SearchedLine]]
    """Each a sequence of consecutive lines."""
    n_hits: int
    is_cut: bool
    """True if there may be more hits."""


def find(chunks: Iterable[bytes], text: str, most: int = MAX_HITS) -> Hits:
    """Return the lines that hold a text.

    Args:
        chunks: a log from its first byte on, in parts of any size.
        text: what to look for, in any case.
        most: how many hits are enough.
    """
    needle = text.lower().encode()
    groups: list[list[SearchedLine]] = []
    n_hits, number = 0, 1
    for piece in _whole_lines(chunks):
        if needle in piece.lower():
            lines = piece.split(b"\n")
            hits = [at for at, line in enumerate(lines) if needle in line.lower()]
            hits = hits[: most - n_hits]
            n_hits += len(hits)
            groups += _grouped(lines, hits, number)
            if n_hits == most:
                return Hits(groups, n_hits, True)
        number += piece.count(b"\n") + 1
    return Hits(groups, n_hits, False)


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Join chunks and cut them at line feeds; the last line feed of a piece is left out."""
    rest = b""
    for chunk in chunks:
        piece, feed, last = chunk.rpartition(b"\n")
        if feed:
            yield rest + piece
            rest = last
        else:
            rest += chunk
    if rest:
        yield rest


def _grouped(lines: list[bytes], hits: list[int], number: int) -> list[list[SearchedLine]]:
    marked = set(hits)
    near = sorted(
        {at + step for at in hits for step in range(-CONTEXT, CONTEXT + 1)} & set(range(len(lines)))
    )
    groups: list[list[SearchedLine]] = []
    for at in near:
        line = SearchedLine(number + at, readable(lines[at][:LONGEST_SHOWN]), at in marked)
        if groups and groups[-1][-1].number == line.number - 1:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups
