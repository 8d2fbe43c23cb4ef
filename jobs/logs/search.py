"""Search for a text in a log. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jobs.logs.text import readable

MAX_HITS = 200
CONTEXT = 2
LONGEST_SEARCHED = 1 << 20
"""Bytes of one line; more of it is not searched."""
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
    has_long_line: bool = False
    """True if a line was too long to be searched to its end."""


def find(chunks: Iterable[bytes], text: str, most: int = MAX_HITS) -> Hits:
    """Return the lines that hold a text.

    Args:
        chunks: a log from its first byte on, in parts of any size.
        text: what to look for, in any case.
        most: how many hits are enough.
    """
    needle = text.lower().encode()
    groups: list[list[SearchedLine]] = []
    n_hits, number, has_long_line = 0, 1, False
    for piece, is_shortened in _whole_lines(chunks):
        has_long_line = has_long_line or is_shortened
        if needle in piece.lower():
            lines = piece.split(b"\n")
            hits = [at for at, line in enumerate(lines) if needle in line.lower()]
            hits = hits[: most - n_hits]
            n_hits += len(hits)
            groups += _grouped(lines, hits, number)
            if n_hits == most:
                return Hits(groups, n_hits, True, has_long_line)
        number += piece.count(b"\n") + 1
    return Hits(groups, n_hits, False, has_long_line)


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Join chunks and cut them at line feeds; the last line feed of a piece is left out.

    Of a line that is longer than what is searched of one, only the beginning comes, so that time
    and memory stay in proportion to a chunk. Each piece comes with whether this happened to it.
    """
    rest, is_shortened = b"", False
    for chunk in chunks:
        piece, feed, last = chunk.rpartition(b"\n")
        if feed and is_shortened:
            yield rest, True
            _, has_more, piece = piece.partition(b"\n")
            if has_more:
                yield piece, False
        elif feed:
            yield rest + piece, False
        if feed:
            rest, is_shortened = last, False
        elif not is_shortened:
            rest += chunk
        if len(rest) > LONGEST_SEARCHED:
            rest, is_shortened = rest[:LONGEST_SEARCHED], True
    if rest:
        yield rest, is_shortened


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
