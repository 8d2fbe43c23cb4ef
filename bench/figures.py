"""Measured figures, their targets, and the table that shows them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.server import Server

SQLITE = "SQLite + Valkey"
POSTGRESQL = "PostgreSQL + Redis"
NO_SERVER = "this machine"


@dataclass(frozen=True, slots=True)
class Target:
    """A limit for a figure, which may differ on PostgreSQL."""

    limit: float
    is_at_least: bool = False
    on_postgresql: float | None = None

    def limit_in(self, column: str) -> float:
        """Return the limit for a column of the table."""
        if column == POSTGRESQL and self.on_postgresql is not None:
            return self.on_postgresql
        return self.limit

    def is_met(self, value: float, column: str) -> bool:
        """Return whether the value keeps the limit."""
        return (
            value >= self.limit_in(column) if self.is_at_least else value <= self.limit_in(column)
        )

    def text(self, unit: str) -> str:
        """Return the target as the table prints it."""
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
    """Return an upper limit."""
    return Target(limit, on_postgresql=on_postgresql)


def at_least(limit: float, on_postgresql: float | None = None) -> Target:
    """Return a lower limit."""
    return Target(limit, is_at_least=True, on_postgresql=on_postgresql)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much to measure: everything, or with `--quick` a tenth of it."""

    is_quick: bool = False

    def runs(self, n: int) -> int:
        """Return how often to repeat what a full benchmark repeats `n` times."""
        return 1 if self.is_quick else n

    def size(self, n: int) -> int:
        """Return the size of what a full benchmark makes `n` large."""
        return max(n // 10, 1) if self.is_quick else n


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the benchmark: its name on the command line, how it is measured, the function."""

    name: str
    how: str
    measure: Callable[[Server, Scale], list[Figure]]


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * percent // 100) - 1, 0)]


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def table(columns: Mapping[str, Mapping[str, Figure]]) -> str:
    """Return a Markdown table of figures.

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
    limit = figure.target.limit_in(column)
    times = figure.value / limit if not figure.target.is_at_least else limit / figure.value
    return f"no, by a factor of {times:.1f}"


def _number(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
