"""How far down each node of a column stands, so that lines are straight and nothing overlaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

N_SWEEPS = 9
N_LAST = 4
"""Sweeps that look to both sides and keep chains level."""
LEVEL = 24.0
"""How much a link of a chain wants to be level with the one before."""

Neighbours = Sequence[Mapping[int, float]]
"""Of each node its neighbours, and how much their line wants to be straight."""


def spaced(
    columns: Sequence[Sequence[int]],
    heights: Sequence[float],
    gaps: Sequence[float],
    before: Neighbours,
    after: Neighbours,
    links: tuple[Mapping[int, int], Mapping[int, int]],
) -> list[float]:
    """Return for each node how far down its middle stands; the highest top is 0.

    Args:
        columns: the nodes of each column, from the top.
        heights: of each node.
        gaps: room that each node wants above and below; the larger one of two counts.
        before: each node's neighbours to the left.
        after: and to the right.
        links: what a node is to be level with, to the left and to the right.
    """
    offsets_of = [_offsets(column, heights, gaps) for column in columns]
    middles = _centred(columns, offsets_of, len(heights))
    pulls = [before, after]
    for sweep in range(N_SWEEPS):
        if sweep == N_SWEEPS - N_LAST:
            both = [{**left, **right} for left, right in zip(before, after, strict=True)]
            pulls = [_chained(both, side) for side in links]
        for at in range(len(columns))[:: -1 if sweep % 2 else 1]:
            _settle(columns[at], offsets_of[at], pulls[sweep % 2], middles)
    tops = [middle - height / 2 for middle, height in zip(middles, heights, strict=True)]
    top = min(tops, default=0)
    return [middle - top for middle in middles]


def _centred(
    columns: Sequence[Sequence[int]], offsets_of: Sequence[Sequence[float]], n_nodes: int
) -> list[float]:
    """Return the middles of nodes that stand as close as they may, all columns at one height."""
    middles = [0.0] * n_nodes
    for column, offsets in zip(columns, offsets_of, strict=True):
        for node, offset in zip(column, offsets, strict=True):
            middles[node] = offset - offsets[-1] / 2
    return middles


def _chained(both: Neighbours, level: Mapping[int, int]) -> Neighbours:
    return [{level[node]: LEVEL} if node in level else pulls for node, pulls in enumerate(both)]


def nearest_rising(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the values that never fall and are nearest to the wanted ones (least squares)."""
    means: list[float] = []
    masses: list[float] = []
    sizes: list[int] = []
    for value, weight in zip(wanted, weights, strict=True):
        mean, mass, size = value, weight, 1
        while means and means[-1] > mean:  # neighbours that would overlap move as one
            above = masses.pop()
            mean = (means.pop() * above + mean * mass) / (above + mass)
            mass += above
            size += sizes.pop()
        means.append(mean)
        masses.append(mass)
        sizes.append(size)
    return [mean for mean, size in zip(means, sizes, strict=True) for _ in range(size)]


def _offsets(column: Sequence[int], heights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Return how far below the first each node stands when they stand as close as may be."""
    offsets = [0.0] * len(column)
    for at in range(1, len(column)):
        upper, lower = column[at - 1], column[at]
        room = max(gaps[upper], gaps[lower])
        offsets[at] = offsets[at - 1] + (heights[upper] + heights[lower]) / 2 + room
    return offsets


def _settle(
    column: Sequence[int], offsets: Sequence[float], beside: Neighbours, middles: list[float]
) -> None:
    """Move the nodes of one column to where their lines are straightest."""
    wanted, weights = [], []
    for node in column:
        pulls = beside[node]
        weight = sum(pulls.values())
        if weight:
            wanted.append(sum([middles[other] * pull for other, pull in pulls.items()]) / weight)
            weights.append(weight)
        else:
            wanted.append(middles[node])
            weights.append(0.1)
    free = [want - offset for want, offset in zip(wanted, offsets, strict=True)]
    for node, value, offset in zip(column, nearest_rising(free, weights), offsets, strict=True):
        middles[node] = value + offset
