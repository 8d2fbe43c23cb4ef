"""Long lines cut into pieces, one for each column that they cross."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Pair = tuple[int, int]

MAX_NUDGE = 7.0
"""Pixels that a bend may be moved; the room round it is larger."""
STRAIGHT = {0: 1.0, 1: 2.0, 2: 24.0}
"""How much a piece wants to be straight, by how many of its ends are bends of a long line."""


@dataclass(slots=True)
class Chains:
    """A graph all of whose lines lead from one column to the next."""

    ranks: list[int]
    """Column of each node; those after the real ones are bends."""
    routes: dict[Pair, list[int]]
    """Both ends of a line -> the nodes it leads through, ends included."""
    before: list[dict[int, float]] = field(default_factory=list)
    after: list[dict[int, float]] = field(default_factory=list)
    """Neighbours of each node and how much the piece between wants to be straight."""

    def links(self, n_real: int) -> tuple[dict[int, int], dict[int, int]]:
        """Return what each node is to be level with, to the left and to the right.

        These are bends of one line, and nodes that have nothing but each other on one side.
        """
        left: dict[int, int] = {}
        right: dict[int, int] = {}
        for node, following in enumerate(self.after):
            for other in following:
                is_only = len(following) == 1 and len(self.before[other]) == 1
                if is_only or (node >= n_real and other >= n_real):
                    left[other], right[node] = node, other
        return left, right

    def columns(self) -> list[list[int]]:
        """Return the nodes of each column."""
        found: list[list[int]] = [[] for _ in range(max(self.ranks, default=-1) + 1)]
        for node, rank in enumerate(self.ranks):
            found[rank].append(node)
        return found


def cut(pairs: Sequence[Pair], ranks: Sequence[int]) -> Chains:
    """Return the lines in pieces; those that share an end run together as far as they can.

    Args:
        pairs: both ends of each line, the first in a column to the left of the second.
        ranks: column of each node.
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
    _join(chains, n_real=len(ranks))
    return chains


def _count_long(pairs: Sequence[Pair], ranks: Sequence[int]) -> Mapping[tuple[str, int], int]:
    long = [(source, target) for source, target in pairs if ranks[target] - ranks[source] > 1]
    return Counter(end for source, target in long for end in (("out", source), ("in", target)))


def _join(chains: Chains, *, n_real: int) -> None:
    chains.before = [{} for _ in chains.ranks]
    chains.after = [{} for _ in chains.ranks]
    for route in chains.routes.values():
        for left, right in itertools.pairwise(route):
            pull = STRAIGHT[(left >= n_real) + (right >= n_real)]
            chains.after[left][right] = pull
            chains.before[right][left] = pull


def straighten(chains: Chains, middles: list[float]) -> None:
    """Let long lines that waver by a few pixels run straight.

    Args:
        chains: the lines.
        middles: how far down each node stands; those of bends are changed.
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
    downs = [middles[one] for one in (*run, bend)]
    return max(downs) - min(downs) <= MAX_NUDGE


def _level(run: Sequence[int], middles: list[float]) -> None:
    if run:
        downs = [middles[one] for one in run]
        for one in run:
            middles[one] = (max(downs) + min(downs)) / 2
