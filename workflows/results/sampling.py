"""Samples of long sequences that are the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TypeVar

from workflows.results.plot import Point

MAX_POINTS = 2_000


FEWEST_OF_A_STATUS = 100
"""At least so many points of each status are drawn, however many others there are."""


Item = TypeVar("Item")


_MASK = 2**64 - 1


def evenly_spaced(items: Sequence[Item], most: int = MAX_POINTS) -> list[Item]:
    """Return at most `most` of the items, evenly spaced and the same ones each time."""
    if len(items) <= most:
        return list(items)
    return [items[n * (len(items) - 1) // (most - 1)] for n in range(most)]


def sample_points(points: Sequence[Point], most: int = MAX_POINTS) -> list[Point]:
    """Return about `most` points, the same each time; some of every status, the rarest last."""
    by_status: dict[str, list[Point]] = {}
    for point in points:
        by_status.setdefault(point.status, []).append(point)
    sample: list[Point] = []
    for group in sorted(by_status.values(), key=len, reverse=True):
        share = max(most * len(group) // max(len(points), most), FEWEST_OF_A_STATUS)
        drawn = group if len(group) <= share else sorted(group, key=_random_key)[:share]
        sample += sorted(drawn, key=attrgetter("job_id"))
    return sample


def _random_key(point: Point) -> int:
    """Return a random-looking number, so that a sample does not follow the pattern of the sweep."""
    mixed = point.job_id * 0x9E3779B97F4A7C15 & _MASK
    mixed = (mixed ^ mixed >> 32) * 0xD6E8FEB86659FD93 & _MASK
    return mixed ^ mixed >> 32
