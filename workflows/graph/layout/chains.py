"""Long lines cut into pieces, one for each gap between columns that they cross.

A line leads through stops: the blocks at its ends, and a bend in each column between them.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Pair = tuple[int, int]

MAX_NUDGE = 7.0
"""Pixels that a bend may be moved; the room around it is larger."""
STRAIGHT = {0: 1.0, 1: 2.0, 2: 24.0}
"""Weight of keeping a piece straight, by how many of its ends are bends of a long line."""


@dataclass(slots=True)
class Chains:
    """A graph all of whose lines lead from one column to the next."""

    ranks: list[int]
    """Column of each stop; blocks come first, bends after them."""
    routes: dict[Pair, list[int]]
    """Both ends of a line -> the stops that it leads through, ends included."""
    before: list[dict[int, float]] = field(default_factory=list)
    after: list[dict[int, float]] = field(default_factory=list)
    """Neighbors of each stop, with the weight of keeping the piece between straight."""

    def links(self, n_blocks: int) -> tuple[dict[int, int], dict[int, int]]:
        """Return the stop that each one should be level with, to its left and to its right.

        These are bends of one line, and stops that have only each other on one side.
        """
        left: dict[int, int] = {}
        right: dict[int, int] = {}
        for stop, following in enumerate(self.after):
            for other in following:
                is_only = len(following) == 1 and len(self.before[other]) == 1
                if is_only or (stop >= n_blocks and other >= n_blocks):
                    left[other], right[stop] = stop, other
        return left, right

    def columns(self) -> list[list[int]]:
        """Return the stops of each column."""
        columns: list[list[int]] = [[] for _ in range(max(self.ranks, default=-1) + 1)]
        for stop, rank in enumerate(self.ranks):
            columns[rank].append(stop)
        return columns


def cut_into_pieces(pairs: Sequence[Pair], ranks: Sequence[int]) -> Chains:
    """Return the lines in pieces; those that share an end share bends as far as they can.

    Args:
        pairs: both ends of each line, the first in a column to the left of the second.
        ranks: column of each stop.
    """
    n_long = _count_long(pairs, ranks)
    bends: dict[tuple[str, int, int], int] = {}
    all_ranks = list(ranks)
    routes = {}
    for source, target in pairs:
        from_source = n_long["out", source] >= n_long["in", target]
        trunk = ("out", source) if from_source else ("in", target)
        route = [source]
        for rank in range(ranks[source] + 1, ranks[target]):
            key = (*trunk, rank)
            if key not in bends:
                bends[key] = len(all_ranks)
                all_ranks.append(rank)
            route.append(bends[key])
        routes[source, target] = [*route, target]
    chains = Chains(all_ranks, routes)
    _join(chains, n_blocks=len(ranks))
    return chains


def _count_long(pairs: Sequence[Pair], ranks: Sequence[int]) -> Mapping[tuple[str, int], int]:
    long = [(source, target) for source, target in pairs if ranks[target] - ranks[source] > 1]
    return Counter(end for source, target in long for end in (("out", source), ("in", target)))


def _join(chains: Chains, *, n_blocks: int) -> None:
    chains.before = [{} for _ in chains.ranks]
    chains.after = [{} for _ in chains.ranks]
    for route in chains.routes.values():
        for left, right in itertools.pairwise(route):
            pull = STRAIGHT[(left >= n_blocks) + (right >= n_blocks)]
            chains.after[left][right] = pull
            chains.before[right][left] = pull


def straighten(chains: Chains, middles: list[float]) -> None:
    """Make long lines straight whose bends differ by a few pixels.

    Args:
        chains: the lines.
        middles: the y of each stop's middle, in pixels; those of bends are changed.
    """
    done: set[int] = set()
    for route in sorted(chains.routes.values(), key=len, reverse=True):
        run: list[int] = []
        for bend in route[1:-1]:
            if bend in done:
                continue
            done.add(bend)
            if run and not _fits(run, bend, middles):
                _level(run, middles)
                run = []
            run.append(bend)
        _level(run, middles)


def _fits(run: Sequence[int], bend: int, middles: Sequence[float]) -> bool:
    downs = [middles[stop] for stop in (*run, bend)]
    return max(downs) - min(downs) <= MAX_NUDGE


def _level(run: Sequence[int], middles: list[float]) -> None:
    if run:
        downs = [middles[stop] for stop in run]
        for stop in run:
            middles[stop] = (max(downs) + min(downs)) / 2
