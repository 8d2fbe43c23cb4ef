"""A scatter plot as numbers: scales, ticks and places of points, for a template to draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 692, 12, 276
MAX_TICKS = 6
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
"""Each end has a shape of its own, so that color is never all that tells them apart."""


@dataclass(frozen=True, slots=True)
class Point:
    """One job and its two plotted values."""

    x: float
    y: float
    job_id: int
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point, and where it is drawn."""

    point: Point
    left: str
    top: str


@dataclass(frozen=True, slots=True)
class LegendEntry:
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
        """Return the place of a value, from 0 to 1."""
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
    """Everything that is drawn."""

    x: Axis
    y: Axis
    marks: list[Mark]
    legend: list[LegendEntry]
    """An entry for each status among the points."""
    n_points: int
    """How many points there are, drawn or not."""


def choose_scale(values: Sequence[float]) -> Scale:
    """Return a scale for some values, its ends at round numbers."""
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
    rough = span / (MAX_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next((power * factor for factor in (1, 2, 5) if power * factor >= rough), power * 10)


def tick_values(scale: Scale) -> list[float]:
    """Return the round numbers of a scale that get a tick."""
    if scale.is_log:
        first, last = round(math.log10(scale.low)), round(math.log10(scale.high))
        every = max(1, math.ceil((last - first) / MAX_TICKS))
        return [10.0**power for power in range(first, last + 1, every)]
    n_steps = round((scale.high - scale.low) / scale.step)
    return [scale.low + n * scale.step for n in range(n_steps + 1)]


def tick_label(value: float) -> str:
    """Return a number as a short text."""
    if value == 0:
        return "0"
    if 0.001 <= abs(value) < 1_000_000:
        return f"{round(value, 9):,.10g}"
    return f"{value:.4g}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")


def axis_unit(unit: str, highest: float) -> tuple[float, str]:
    """Return what to divide values by for an axis, and the unit to write beside its name."""
    if unit == "s":
        units = ((3 * 86400, 86400.0, "d"), (7200, 3600.0, "h"), (300, 60.0, "min"))
        return next(((by, name) for least, by, name in units if highest >= least), (1.0, "s"))
    if unit == "B":
        units = ((2**40, 2.0**40, "TiB"), (2**30, 2.0**30, "GiB"), (2**20, 2.0**20, "MiB"))
        return next(((by, name) for least, by, name in units if highest >= least), (1024.0, "KiB"))
    return 1.0, ""


def build_plot(
    points: Sequence[Point],
    x: tuple[str, str],
    y: tuple[str, str],
    n_points: int,
) -> Plot | None:
    """Return the plot, None if there is nothing to draw.

    Args:
        points: few enough to be drawn.
        x: label and unit of the values across.
        y: label and unit of the values upwards.
        n_points: how many points there are, drawn or not.
    """
    if not points:
        return None
    x_axis, lefts = _axis([point.x for point in points], *x, LEFT, RIGHT)
    y_axis, tops = _axis([point.y for point in points], *y, BOTTOM, TOP)
    marks = [Mark(*place) for place in zip(points, lefts, tops, strict=True)]
    statuses = sorted({point.status for point in points})
    legend = [LegendEntry(status, SHAPES.get(status, _RING)) for status in statuses]
    return Plot(x_axis, y_axis, marks, legend, n_points)


def _axis(
    values: Sequence[float], label: str, unit: str, start: int, end: int
) -> tuple[Axis, list[str]]:
    divisor, unit_word = axis_unit(unit, max(values))
    scale = choose_scale([value / divisor for value in values])
    if scale.is_log:
        divisor, unit_word = axis_unit(unit, 0)
    divided = [value / divisor for value in values]
    scale = choose_scale(divided)

    def place(value: float) -> str:
        return f"{start + (end - start) * scale.share(value):.1f}"

    ticks = [Tick(place(value), tick_label(value)) for value in tick_values(scale)]
    notes = ", ".join(filter(None, (unit_word, "log" if scale.is_log else "")))
    axis = Axis(f"{label} ({notes})" if notes else label, ticks, scale.is_log)
    return axis, [place(value) for value in divided]
