"""The summary of all rows of a results table: the spread of each column, and points to plot."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import prod
from typing import Any

from jobs.statuses import JobStatus
from workflows.graph.counts import load_families
from workflows.results.columns import Column, Source
from workflows.results.plot import Point
from workflows.results.row_query import (
    RowQuery,
    number_expression,
    ordering_of,
    select_jobs,
    status_field,
)
from workflows.results.rows import CHUNK
from workflows.results.sampling import sample_points

FURTHEST = 1e100
"""Larger numbers are left out of plots, whose axes cannot hold them."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, middle and greatest number of a column."""

    least: float
    middle: float
    greatest: float


@dataclass(frozen=True, slots=True)
class TableSummary:
    """What a page says about all rows of a table together."""

    spreads: dict[str, Spread] = field(default_factory=dict)
    """Column key -> its spread; only of columns that have numbers."""
    points: list[Point] = field(default_factory=list)
    """A sample, few enough to be drawn."""
    n_points: int = 0
    """How many points there are in all."""


def ordered_job_ids(query: RowQuery) -> array[int]:
    """Return the ids of the matching jobs, in the order of the query."""
    rows = select_jobs(query).order_by(*ordering_of(query))
    return array("q", rows.values_list("pk", flat=True))


def summarize(
    query: RowQuery, columns: Sequence[Column], plotted: tuple[Column, Column] | None = None
) -> tuple[TableSummary, array[int]]:
    """Return the summary of all matching rows, and the ids of their jobs in order, in one query.

    Args:
        query: selects and orders the rows.
        columns: those of the table; the numeric ones get a spread.
        plotted: the columns across and upwards, if points are to be plotted.
    """
    from_spec = {} if plotted else _spreads_from_spec(query, columns)
    numeric = [column for column in columns if column.is_number and column.key not in from_spec]
    names = [f"c{n}" for n in range(len(numeric))]
    fields = [*names, "pk", *(("name", status_field(query)) if plotted else ())]
    rows = select_jobs(query).annotate(
        **dict(zip(names, map(number_expression, numeric), strict=True))
    )
    ordered = rows.order_by(*ordering_of(query)).values_list(*fields)
    values, ids, points = [array("d") for _ in numeric], array("q"), list[Point]()
    for chunk in _chunks(ordered.iterator(CHUNK)):
        *cells, chunk_ids = list(zip(*chunk, strict=True))[: len(names) + 1]
        ids.extend(chunk_ids)
        for column_values, numbers in zip(values, cells, strict=True):
            column_values.extend(_without_none(numbers) if None in numbers else numbers)
        if plotted:
            points += _points(chunk, *(numeric.index(column) for column in plotted))
    pairs = zip(numeric, values, strict=True)
    spreads = {column.key: _spread(numbers) for column, numbers in pairs if numbers}
    return TableSummary(from_spec | spreads, sample_points(points), len(points)), ids


def _spreads_from_spec(query: RowQuery, columns: Iterable[Column]) -> dict[str, Spread]:
    """Return the spreads of parameters if the rows are all jobs that the spec expands into.

    Reading the values out of JSON takes most of the time of a large table.
    """
    workflow = query.workflow
    if query.text or query.status or not query.is_present_run:
        return {}
    families = [family for family in load_families(workflow) if query.family in (None, family.id)]
    is_whole = all(
        family.n_jobs == prod(map(len, family.parameters.values())) for family in families
    )
    if workflow.has_stale_families or not is_whole:
        return {}
    spreads = {}
    for column in columns:
        if not column.is_number or column.source is not Source.PARAMETER:
            continue
        numbers = array("d")
        for family in families:
            values = array("d", family.parameters.get(column.name, ()))
            numbers.extend(values * (family.n_jobs // max(len(values), 1)))
        if numbers:
            spreads[column.key] = _spread(numbers)
    return spreads


def _points(chunk: Iterable[tuple[Any, ...]], x: int, y: int) -> Iterator[Point]:
    for *numbers, job_id, name, status in chunk:
        across, up = numbers[x], numbers[y]
        if across is not None and up is not None and max(abs(across), abs(up)) < FURTHEST:
            yield Point(float(across), float(up), job_id, name, JobStatus(status).word)


def _without_none(numbers: Iterable[float | None]) -> list[float]:
    return [number for number in numbers if number is not None]


def _spread(values: array[float]) -> Spread:
    ordered = sorted(values)
    half = len(ordered) // 2
    middle = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Spread(ordered[0], middle, ordered[-1])


def _chunks(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
