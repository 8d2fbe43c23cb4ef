"""The y of each stop in its column, such that lines are straight and nothing overlaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

N_SWEEPS = 9
N_LAST = 4
"""The last sweeps, which look to both sides and keep chains level."""
LEVEL = 24.0
"""Weight of keeping a link of a chain level with the one before."""

Neighbors = Sequence[Mapping[int, float]]
"""For each stop its neighbors, with the weight of keeping their line straight."""


def place_columns(
    columns: Sequence[Sequence[int]],
    heights: Sequence[float],
    gaps: Sequence[float],
    before: Neighbors,
    after: Neighbors,
    links: tuple[Mapping[int, int], Mapping[int, int]],
) -> list[float]:
    """Return the y of each stop's middle, in pixels; the highest top is 0.

    Args:
        columns: the stops of each column, from the top.
        heights: of each stop, in pixels.
        gaps: pixels to keep free above and below each stop; the larger gap of two stops counts.
        before: each stop's neighbors to the left.
        after: the same, to the right.
        links: the stop that each one should be level with, to the left and to the right.
    """
    offsets_of = [_offsets(column, heights, gaps) for column in columns]
    middles = _centered(columns, offsets_of, len(heights))
    pulls = [before, after]
    for sweep in range(N_SWEEPS):
        if sweep == N_SWEEPS - N_LAST:
            both = [{**left, **right} for left, right in zip(before, after, strict=True)]
            pulls = [_chained(both, side) for side in links]
        for at in range(len(columns))[:: -1 if sweep % 2 else 1]:
            _straighten_column(columns[at], offsets_of[at], pulls[sweep % 2], middles)
    top = min((at - size / 2 for at, size in zip(middles, heights, strict=True)), default=0)
    return [middle - top for middle in middles]


def _centered(
    columns: Sequence[Sequence[int]], offsets_of: Sequence[Sequence[float]], n_stops: int
) -> list[float]:
    """Return the middles of stops as close as they may be, all columns centered at one height."""
    middles = [0.0] * n_stops
    for column, offsets in zip(columns, offsets_of, strict=True):
        for stop, offset in zip(column, offsets, strict=True):
            middles[stop] = offset - offsets[-1] / 2
    return middles


def _chained(both: Neighbors, level: Mapping[int, int]) -> Neighbors:
    return [{level[stop]: LEVEL} if stop in level else pulls for stop, pulls in enumerate(both)]


def nearest_rising(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the values that never fall and are nearest to the wanted ones (least squares)."""
    means: list[float] = []
    masses: list[float] = []
    sizes: list[int] = []
    for value, weight in zip(wanted, weights, strict=True):
        mean, mass, size = value, weight, 1
        while means and means[-1] > mean:  # neighbors that would overlap move as one
            above = masses.pop()
            mean = (means.pop() * above + mean * mass) / (above + mass)
            mass += above
            size += sizes.pop()
        means.append(mean)
        masses.append(mass)
        sizes.append(size)
    return [mean for mean, size in zip(means, sizes, strict=True) for _ in range(size)]


def _offsets(column: Sequence[int], heights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Return the distance of each stop from the first if all are as close as they may be."""
    offsets = [0.0] * len(column)
    for at in range(1, len(column)):
        upper, lower = column[at - 1], column[at]
        room = max(gaps[upper], gaps[lower])
        offsets[at] = offsets[at - 1] + (heights[upper] + heights[lower]) / 2 + room
    return offsets


def _straighten_column(
    column: Sequence[int], offsets: Sequence[float], beside: Neighbors, middles: list[float]
) -> None:
    """Move the stops of one column to where their lines are straightest."""
    wanted, weights = [], []
    for stop in column:
        pulls = beside[stop]
        weight = sum(pulls.values())
        if weight:
            wanted.append(sum([middles[other] * pull for other, pull in pulls.items()]) / weight)
            weights.append(weight)
        else:
            wanted.append(middles[stop])
            weights.append(0.1)
    free = [want - offset for want, offset in zip(wanted, offsets, strict=True)]
    for stop, value, offset in zip(column, nearest_rising(free, weights), offsets, strict=True):
        middles[stop] = value + offset
