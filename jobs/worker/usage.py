"""What an attempt was seen to use over time, in few points. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MAX_POINTS = 200
NOTES_SUFFIX = ".use"
"""Of the file beside the logs in which a node notes the series of what still runs."""
_TOO_LARGE = float(1 << 63)


@dataclass(frozen=True, slots=True)
class Point:
    """One look at a process tree, or several that follow each other, as one."""

    seconds: float
    """Since the start."""
    memory: int
    """Bytes; of several looks the most."""
    cpu: float
    """Percent of one CPU; of several looks the mean."""


def thinned(points: Sequence[Point], most: int = MAX_POINTS) -> list[Point]:
    """Return a series in at most so many points: one for each equal part of its time."""
    if len(points) <= most:
        return list(points)
    first, last = points[0].seconds, points[-1].seconds
    span = (last - first) or 1.0
    parts: dict[int, list[Point]] = {}
    for point in points:
        part = int((point.seconds - first) / span * most)
        parts.setdefault(min(max(part, 0), most - 1), []).append(point)
    return [_merged(part) for part in parts.values()]


def _merged(points: Sequence[Point]) -> Point:
    return Point(
        points[-1].seconds,
        max(point.memory for point in points),
        sum(point.cpu for point in points) / len(points),
    )


def encoded(points: Sequence[Point]) -> str:
    """Return a series as it is stored; nothing of one that is no line."""
    if len(points) < 2:
        return ""
    rows = [[round(point.seconds, 1), point.memory, round(point.cpu)] for point in thinned(points)]
    return json.dumps(rows, separators=(",", ":"))


def decoded(text: str) -> list[Point]:
    """Return a series that was stored; none if it cannot be read."""
    try:
        return [_point(*row) for row in json.loads(text)] if text else []
    except (ValueError, TypeError, OverflowError, RecursionError):
        return []


def _point(seconds: Any, memory: Any, cpu: Any) -> Point:
    point = Point(float(seconds), int(memory), float(cpu))
    if not all(0 <= value < _TOO_LARGE for value in (point.seconds, point.memory, point.cpu)):
        raise ValueError(point)
    return point


def outline(values: Sequence[tuple[float, float]], top: float, width: float, height: float) -> str:
    """Return the path of a line chart that begins at zero time, as SVG writes it.

    Args:
        values: (time, value), in the order of time.
        top: the value at the upper edge.
        width: of the drawing.
        height: of the drawing, whose lower edge is the value 0.
    """
    last = values[-1][0] if values else 0
    if last <= 0 or top <= 0:
        return ""
    corners = (
        f"{width * time / last:.1f} {height * (1 - min(value / top, 1)):.1f}"
        for time, value in values
    )
    return "M" + "L".join(corners)
