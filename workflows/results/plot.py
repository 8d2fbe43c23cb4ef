"""A scatter plot as numbers: scales, ticks and places of points; the template draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median
from typing import TypeVar

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 692, 12, 276
MOST_POINTS = 2_000
MOST_TICKS = 6
FEWEST_OF_A_STATUS = 100
"""So many points of each status are drawn, however many others there are."""
LOG_RATIO = 50
LOW_MEDIAN = 0.2
"""Positive values that span this factor, most in this lowest part, get a logarithmic scale."""
SAME = 1e-9
TINY = 1e-200

_DISC = "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0"
_RING = f"{_DISC}M-1.5 0a1.5 1.5 0 1 1 3 0a1.5 1.5 0 1 1-3 0"
SHAPES = {
    "completed": _DISC,
    "failed": "M-4-2.6-2.6-4 0-1.4 2.6-4 4-2.6 1.4 0 4 2.6 2.6 4 0 1.4-2.6 4-4 2.6-1.4 0z",
    "terminated": "M-3-3H3V3H-3z",
    "canceled": "M0-4.4 4.4 0 0 4.4-4.4 0z",
    "running": "M-3-4 4 0-3 4z",
}
"""Each end has a shape of its own, so that colour never says it alone."""

Item = TypeVar("Item")

_MASK = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Point:
    """One job in the plane."""

    x: float
    y: float
    job_id: int
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point where it is drawn."""

    point: Point
    left: str
    top: str


@dataclass(frozen=True, slots=True)
class Key:
    """How a status is drawn."""

    status: str
    shape: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the plot, and the number beside it."""

    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Where on an axis a value lies: 0 at the low end, 1 at the high one."""

    low: float
    high: float
    step: float
    """From one tick to the next."""
    is_log: bool = False

    def share(self, value: float) -> float:
        """Return the place of a value of this scale."""
        if self.is_log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of the plot: its name with the unit, and its ticks."""

    label: str
    ticks: list[Tick]
    is_log: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """All that is drawn."""

    x: Axis
    y: Axis
    marks: list[Mark]
    legend: list[Key]
    """The statuses there are."""
    n_points: int
    """How many there would be if all were drawn."""


def sampled(items: Sequence[Item], most: int = MOST_POINTS) -> list[Item]:
    """Return at most so many of the items, evenly spaced and the same ones each time."""
    if len(items) <= most:
        return list(items)
    return [items[n * (len(items) - 1) // (most - 1)] for n in range(most)]


def drawn_points(points: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """Return about so many of the points, the same ones each time; of every status some, on top."""
    by_status: dict[str, list[Point]] = {}
    for one in points:
        by_status.setdefault(one.status, []).append(one)
    found: list[Point] = []
    for group in sorted(by_status.values(), key=len, reverse=True):
        share = max(most * len(group) // max(len(points), most), FEWEST_OF_A_STATUS)
        drawn = group if len(group) <= share else sorted(group, key=_draw)[:share]
        found += sorted(drawn, key=attrgetter("job_id"))
    return found


def _draw(point: Point) -> int:
    """Return a number that looks random, or a sample would follow the pattern of the sweep."""
    mixed = point.job_id * 0x9E3779B97F4A7C15 & _MASK
    mixed = (mixed ^ mixed >> 32) * 0xD6E8FEB86659FD93 & _MASK
    return mixed ^ mixed >> 32


def scale_over(values: Sequence[float]) -> Scale:
    """Return the scale on which some values lie, its ends at round numbers."""
    low, high = min(values), max(values)
    if low > 0 and high / low >= LOG_RATIO and median(values) < low + (high - low) * LOW_MEDIAN:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        return Scale(10.0**first, 10.0**last, 1, is_log=True)
    if high - low <= max(abs(low), abs(high)) * SAME or high - low < TINY:
        margin = abs(low) / 2 if abs(low) > TINY else 0.5
        low, high = low - margin, high + margin
    elif 0 < low < high / 2:
        low = 0.0
    step = round_step(high - low)
    return Scale(math.floor(low / step) * step, math.ceil(high / step) * step, step)


def round_step(span: float) -> float:
    """Return 1, 2 or 5 times a power of ten that divides a span into a few parts."""
    rough = span / (MOST_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next((power * one for one in (1, 2, 5) if power * one >= rough), power * 10)


def tick_values(scale: Scale) -> list[float]:
    """Return the round numbers of a scale that deserve a line."""
    if scale.is_log:
        first, last = round(math.log10(scale.low)), round(math.log10(scale.high))
        every = max(1, math.ceil((last - first) / MOST_TICKS))
        return [10.0**power for power in range(first, last + 1, every)]
    n_steps = round((scale.high - scale.low) / scale.step)
    return [scale.low + n * scale.step for n in range(n_steps + 1)]


def tick_label(value: float) -> str:
    """Return a number as short as it is clear."""
    if value == 0:
        return "0"
    if 0.001 <= abs(value) < 1_000_000:
        return f"{round(value, 9):,.10g}"
    return f"{value:.4g}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")


def in_unit(unit: str, highest: float) -> tuple[float, str]:
    """Return by what to divide values for an axis, and the unit to write beside its name."""
    if unit == "s":
        units = ((3 * 86400, 86400.0, "d"), (7200, 3600.0, "h"), (300, 60.0, "min"))
        return next(((by, name) for least, by, name in units if highest >= least), (1.0, "s"))
    if unit == "B":
        units = ((2**40, 2.0**40, "TiB"), (2**30, 2.0**30, "GiB"), (2**20, 2.0**20, "MiB"))
        return next(((by, name) for least, by, name in units if highest >= least), (1024.0, "KiB"))
    return 1.0, ""


def plot(
    points: Sequence[Point],
    x: tuple[str, str],
    y: tuple[str, str],
    n_points: int,
) -> Plot | None:
    """Return where everything is drawn, None if there is nothing to draw.

    Args:
        points: few enough to be drawn.
        x: label and unit of the values across.
        y: label and unit of the values upwards.
        n_points: how many there would be.
    """
    if not points:
        return None
    x_axis, lefts = _axis([one.x for one in points], *x, LEFT, RIGHT)
    y_axis, tops = _axis([one.y for one in points], *y, BOTTOM, TOP)
    marks = [Mark(*one) for one in zip(points, lefts, tops, strict=True)]
    statuses = sorted({one.status for one in points})
    legend = [Key(one, SHAPES.get(one, _RING)) for one in statuses]
    return Plot(x_axis, y_axis, marks, legend, n_points)


def _axis(
    values: Sequence[float], label: str, unit: str, start: int, end: int
) -> tuple[Axis, list[str]]:
    divisor, unit_word = in_unit(unit, max(values))
    scale = scale_over([value / divisor for value in values])
    if scale.is_log:
        divisor, unit_word = in_unit(unit, 0)
    divided = [value / divisor for value in values]
    scale = scale_over(divided)

    def place(value: float) -> str:
        return f"{start + (end - start) * scale.share(value):.1f}"

    ticks = [Tick(place(value), tick_label(value)) for value in tick_values(scale)]
    notes = ", ".join(filter(None, (unit_word, "log" if scale.is_log else "")))
    axis = Axis(f"{label} ({notes})" if notes else label, ticks, scale.is_log)
    return axis, [place(value) for value in divided]
