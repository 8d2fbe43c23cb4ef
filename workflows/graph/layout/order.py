"""In which order the nodes of each column stand, so that few lines cross."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence

N_SWEEPS = 12
PATIENCE = 4
"""Sweeps in a row that may save nothing."""
MAX_SWAPPED = 400
"""Nodes; neighbours of larger graphs are not tried the other way round."""

Columns = list[list[int]]
Adjacent = Sequence[Sequence[int]]


def ordered(columns: Columns, before: Adjacent, after: Adjacent) -> Columns:
    """Return the columns, each in an order that makes few lines cross.

    Args:
        columns: nodes, column by column, in the order that ties keep.
        before: of each node its neighbours in the column to the left.
        after: and to the right.
    """
    best, fewest = [list(column) for column in columns], n_crossings(columns, after)
    current = [list(column) for column in columns]
    improved = 0
    for sweep in range(N_SWEEPS):
        if not fewest or sweep - improved > PATIENCE:
            break
        _sweep(current, before if sweep % 2 == 0 else after, is_forward=sweep % 2 == 0)
        if sum(map(len, columns)) <= MAX_SWAPPED:
            _swap_neighbours(current, before, after)
        found = n_crossings(current, after)
        if found < fewest:
            best, fewest, improved = [list(column) for column in current], found, sweep
    return best


def n_crossings(columns: Columns, after: Adjacent) -> int:
    """Count the pairs of lines that cross."""
    total = 0
    for left, right in itertools.pairwise(columns):
        places = {node: at for at, node in enumerate(right)}
        passed: list[int] = []
        for node in left:
            ends = [places[other] for other in after[node]]
            total += sum(len(passed) - bisect_right(passed, end) for end in ends)
            for end in ends:
                insort(passed, end)
    return total


def _sweep(columns: Columns, beside: Adjacent, *, is_forward: bool) -> None:
    """Sort each column by the mean place of its neighbours in the column looked at before."""
    order = range(1, len(columns)) if is_forward else range(len(columns) - 2, -1, -1)
    for at in order:
        fixed = columns[at - 1 if is_forward else at + 1]
        places = {node: place for place, node in enumerate(fixed)}
        scale = max(len(fixed), 1) / max(len(columns[at]), 1)
        wanted = {
            node: sum([places[other] for other in found]) / len(found)
            if (found := beside[node])
            else (place + 0.5) * scale - 0.5
            for place, node in enumerate(columns[at])
        }
        columns[at].sort(key=wanted.__getitem__)


def _swap_neighbours(columns: Columns, before: Adjacent, after: Adjacent) -> None:
    """Exchange nodes that stand next to each other wherever that saves a crossing."""
    places = {node: at for column in columns for at, node in enumerate(column)}
    for column in columns:
        ends = [
            [sorted([places[other] for other in beside[node]]) for beside in (before, after)]
            for node in column
        ]
        for at in range(len(column) - 1):
            upper, lower = ends[at], ends[at + 1]
            if _saved(upper[0], lower[0]) + _saved(upper[1], lower[1]) > 0:
                column[at], column[at + 1] = column[at + 1], column[at]
                ends[at], ends[at + 1] = lower, upper
        places.update((node, at) for at, node in enumerate(column))


def _saved(upper: Sequence[int], lower: Sequence[int]) -> int:
    """Return how many crossings fewer there are if the lower node comes first; both sorted."""
    if not upper or not lower:
        return 0
    now = sum([bisect_left(lower, end) for end in upper])
    then = sum([bisect_left(upper, end) for end in lower])
    return now - then
