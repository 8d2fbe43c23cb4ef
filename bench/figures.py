"""What a row of the benchmark says, and the table of all of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.system import System

SQLITE = "SQLite + Valkey"
POSTGRESQL = "PostgreSQL + Redis"
NO_SERVER = "this machine"


@dataclass(frozen=True, slots=True)
class Target:
    """A limit to reach, perhaps another one on PostgreSQL."""

    limit: float
    is_at_least: bool = False
    on_postgresql: float | None = None

    def of(self, column: str) -> float:
        """The limit for a column of the table."""
        if column == POSTGRESQL and self.on_postgresql is not None:
            return self.on_postgresql
        return self.limit

    def is_met(self, value: float, column: str) -> bool:
        """Whether the value reaches the limit."""
        return value >= self.of(column) if self.is_at_least else value <= self.of(column)

    def text(self, unit: str) -> str:
        """The target as the table prints it."""
        sign = "≥" if self.is_at_least else "≤"
        text = f"{sign} {_number(self.limit)} {unit}"
        if self.on_postgresql is not None:
            text += f" (PostgreSQL {sign} {_number(self.on_postgresql)})"
        return text


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number."""

    what: str
    value: float
    unit: str
    target: Target | None = None
    note: str = ""


def at_most(limit: float, on_postgresql: float | None = None) -> Target:
    """A target that smaller values reach."""
    return Target(limit, on_postgresql=on_postgresql)


def at_least(limit: float, on_postgresql: float | None = None) -> Target:
    """A target that larger values reach."""
    return Target(limit, is_at_least=True, on_postgresql=on_postgresql)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much to measure."""

    is_quick: bool = False

    def runs(self, n: int) -> int:
        """How often to repeat what is repeated `n` times in full."""
        return 1 if self.is_quick else n

    def size(self, n: int) -> int:
        """How large to make what has `n` parts in full."""
        return max(n // 10, 1) if self.is_quick else n


@dataclass(frozen=True, slots=True)
class Row:
    """Something that is measured: its name on the command line, how, and the function."""

    name: str
    how: str
    measure: Callable[[System, Scale], list[Figure]]


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that this part of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * percent // 100) - 1, 0)]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def table(columns: Mapping[str, Mapping[str, Figure]]) -> str:
    """A Markdown table of figures.

    Args:
        columns: title of the column -> what was measured -> its figure.
    """
    rows: dict[str, Figure] = {}
    for figures in columns.values():
        rows |= {what: figure for what, figure in figures.items() if what not in rows}
    titles = " | ".join(f"{title} | reached" for title in columns)
    lines = [f"| what | target | {titles} |", "|" + "---|" * (2 + 2 * len(columns))]
    for what, figure in rows.items():
        target = figure.target.text(figure.unit) if figure.target else ""
        cells = " | ".join(_cells(figures.get(what), title) for title, figures in columns.items())
        lines.append(f"| {what} | {target} | {cells} |")
    return "\n".join(lines)


def _cells(figure: Figure | None, column: str) -> str:
    if figure is None:
        return " | "
    note = f" ({figure.note})" if figure.note else ""
    text = f"{_number(figure.value)} {figure.unit}{note}"
    return f"{text} | {_reached(figure, column)}"


def _reached(figure: Figure, column: str) -> str:
    if figure.target is None:
        return ""
    if figure.target.is_met(figure.value, column):
        return "yes"
    limit = figure.target.of(column)
    times = figure.value / limit if not figure.target.is_at_least else limit / figure.value
    return f"no, by a factor of {times:.1f}"


def _number(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
