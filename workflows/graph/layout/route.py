"""Lines that never cross a box: curves between the columns, straight on inside them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block or the bend of a line is."""

    y: int
    left: int
    """Left side of its column."""
    right: int
    begin: int
    """Left side of the block itself; a bend takes the whole column."""
    end: int

    def moved(self, down: int) -> Place:
        """Return the place `down` pixels lower."""
        return replace(self, y=self.y + down)


def curve(places: Sequence[Place]) -> str:
    """Return the path of a line through these places, from left to right."""
    parts = [f"M{places[0].end} {places[0].y}"]
    for at, (here, there) in enumerate(itertools.pairwise(places)):
        if here.y == there.y:
            parts.append(f"H{there.begin}")
        else:
            middle = (here.right + there.left) // 2
            start = f"H{here.right}" if here.end < here.right else ""
            bend = f"C{middle} {here.y} {middle} {there.y} {there.left} {there.y}"
            rest = f"H{there.begin}" if there.begin > there.left else ""
            parts.append(start + bend + rest)
        if at + 2 < len(places):
            parts.append(f"H{there.end}")
    return "".join(parts)


def label_places(here: Place, there: Place) -> list[tuple[int, int]]:
    """Return points on the piece of a line between two columns, the best for a label first."""
    return [_point(here, there, at) for at in (0.5, 0.42, 0.58, 0.36, 0.64)]


def _point(here: Place, there: Place, at: float) -> tuple[int, int]:
    rest = 1 - at
    pull = 3 * rest * rest * at + 3 * rest * at * at
    across = pull / 2 + at**3
    down = 3 * rest * at * at + at**3
    return (
        round(here.end + (there.begin - here.end) * across),
        round(here.y + (there.y - here.y) * down),
    )
