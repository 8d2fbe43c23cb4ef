"""The order of the stops in each column, such that few lines cross."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence

N_SWEEPS = 12
PATIENCE = 4
"""Sweeps in a row that may save nothing before the search ends."""
MAX_SWAPPED = 400
"""Stops; in larger graphs no two neighbors are swapped."""

Columns = list[list[int]]
Adjacent = Sequence[Sequence[int]]


def order_columns(columns: Columns, before: Adjacent, after: Adjacent) -> Columns:
    """Return the columns, each in an order that makes few lines cross.

    Args:
        columns: stops, column by column, in the order that breaks ties.
        before: the neighbors of each stop in the column to the left.
        after: the same, to the right.
    """
    best, fewest = [list(column) for column in columns], n_crossings(columns, after)
    current = [list(column) for column in columns]
    improved = 0
    for sweep in range(N_SWEEPS):
        if not fewest or sweep - improved > PATIENCE:
            break
        _sweep(current, before if sweep % 2 == 0 else after, is_forward=sweep % 2 == 0)
        if sum(map(len, columns)) <= MAX_SWAPPED:
            _swap_neighbors(current, before, after)
        crossings = n_crossings(current, after)
        if crossings < fewest:
            best, fewest, improved = [list(column) for column in current], crossings, sweep
    return best


def n_crossings(columns: Columns, after: Adjacent) -> int:
    """Count the pairs of lines that cross."""
    total = 0
    for left, right in itertools.pairwise(columns):
        places = {stop: at for at, stop in enumerate(right)}
        passed: list[int] = []
        for stop in left:
            ends = [places[other] for other in after[stop]]
            total += sum(len(passed) - bisect_right(passed, end) for end in ends)
            for end in ends:
                insort(passed, end)
    return total


def _sweep(columns: Columns, beside: Adjacent, *, is_forward: bool) -> None:
    """Sort each column by the mean place of its neighbors in the column looked at before."""
    order = range(1, len(columns)) if is_forward else range(len(columns) - 2, -1, -1)
    for at in order:
        fixed = columns[at - 1 if is_forward else at + 1]
        places = {stop: place for place, stop in enumerate(fixed)}
        scale = max(len(fixed), 1) / max(len(columns[at]), 1)
        wanted = {
            stop: sum([places[other] for other in neighbors]) / len(neighbors)
            if (neighbors := beside[stop])
            else (place + 0.5) * scale - 0.5
            for place, stop in enumerate(columns[at])
        }
        columns[at].sort(key=wanted.__getitem__)


def _swap_neighbors(columns: Columns, before: Adjacent, after: Adjacent) -> None:
    """Exchange stops that stand next to each other wherever that saves a crossing."""
    places = {stop: at for column in columns for at, stop in enumerate(column)}
    for column in columns:
        ends = [
            [sorted([places[other] for other in beside[stop]]) for beside in (before, after)]
            for stop in column
        ]
        for at in range(len(column) - 1):
            upper, lower = ends[at], ends[at + 1]
            if _saved(upper[0], lower[0]) + _saved(upper[1], lower[1]) > 0:
                column[at], column[at + 1] = column[at + 1], column[at]
                ends[at], ends[at + 1] = lower, upper
        places.update((stop, at) for at, stop in enumerate(column))


def _saved(upper: Sequence[int], lower: Sequence[int]) -> int:
    """Return how many crossings it saves to put the lower stop first.

    Args:
        upper: sorted places of the upper stop's neighbors.
        lower: those of the lower one.
    """
    if not upper or not lower:
        return 0
    now = sum([bisect_left(lower, end) for end in upper])
    then = sum([bisect_left(upper, end) for end in lower])
    return now - then
