"""The sweep as one table: a row for each job with its parameters, outcome and chosen outputs."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import prod
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from jobs.models import Job, Result
from jobs.statuses import JobStatus
from workflows.graph.counts import load_families
from workflows.models import Workflow
from workflows.results.columns import Column, Source, keys_of
from workflows.results.json_expressions import NumberAt, ScalarAt, written
from workflows.results.plot import Point, drawn_points

CHUNK = 1_000
FURTHEST = 1e100
"""Numbers beyond are left out of plots, whose axes they would burst."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows are wanted, and in what order."""

    workflow: Workflow
    run_id: int
    family: int | None = None
    status: JobStatus | None = None
    text: str = ""
    sort: Column | None = None
    is_descending: bool = False

    @property
    def is_present_run(self) -> bool:
        """Return whether the jobs' present state is asked, not how an earlier run ended."""
        return self.run_id == self.workflow.run_id

    @property
    def is_filtered(self) -> bool:
        """Return whether some jobs may be left out."""
        chosen = self.family is not None or self.status is not None or bool(self.text)
        return chosen or not self.is_present_run

    @property
    def filters(self) -> tuple[Any, ...]:
        """Name which rows are wanted."""
        return self.workflow.pk, self.run_id, self.family, self.status, self.text

    @property
    def order(self) -> tuple[Any, ...]:
        """Name the order of the rows."""
        return self.sort, self.is_descending


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, middle and greatest number of a column."""

    least: float
    middle: float
    greatest: float


@dataclass(frozen=True, slots=True)
class Survey:
    """What all rows of a table come to."""

    spreads: dict[str, Spread] = field(default_factory=dict)
    """Column key -> its spread; only of columns that have numbers."""
    points: list[Point] = field(default_factory=list)
    """Few enough to be drawn."""
    n_points: int = 0
    """How many there are of them in truth."""


@dataclass(frozen=True, slots=True)
class Row:
    """One job."""

    job_id: int
    name: str
    family: str
    status: JobStatus
    reason: str
    parameters: dict[str, Any]
    outcome: dict[str, Any] = field(default_factory=dict)
    """Field of the attempt -> its value."""
    data: dict[str, Any] = field(default_factory=dict)
    """Path -> the scalar there."""

    def value(self, column: Column) -> Any:
        """Return what stands in a column; None for nothing."""
        if column.source is Source.PARAMETER:
            return self.parameters.get(column.name)
        if column.source is Source.DATA:
            return self.data.get(column.name)
        if column.source is Source.ATTEMPT:
            return self.outcome.get(column.name)
        return self.name if column.name == "name" else self.status.word


def job_ids(question: Question) -> array[int]:
    """Return the wanted jobs in their order."""
    rows = _wanted(question).order_by(*_ordering(question))
    return array("q", rows.values_list("pk", flat=True))


def survey(
    question: Question, columns: Iterable[Column], plotted: tuple[Column, Column] | None = None
) -> tuple[Survey, array[int]]:
    """Return what all wanted rows come to, and the jobs in their order, by one query.

    Args:
        question: it says which rows.
        columns: those of which the numeric ones count.
        plotted: two of them of which points are wanted too.
    """
    listed = list(columns)
    given = {} if plotted else _given(question, listed)
    numeric = [one for one in listed if one.is_number and one.key not in given]
    names = [f"c{n}" for n in range(len(numeric))]
    wanted = [*names, "pk", *(("name", _status_field(question)) if plotted else ())]
    rows = _wanted(question).annotate(**dict(zip(names, map(_number, numeric), strict=True)))
    ordered = rows.order_by(*_ordering(question)).values_list(*wanted)
    values, ids, found = [array("d") for _ in numeric], array("q"), list[Point]()
    for chunk in _chunks(ordered.iterator(CHUNK)):
        *cells, job_ids = list(zip(*chunk, strict=True))[: len(names) + 1]
        ids.extend(job_ids)
        for kept, numbers in zip(values, cells, strict=True):
            kept.extend([one for one in numbers if one is not None] if None in numbers else numbers)
        if plotted:
            found += _points(chunk, *(numeric.index(one) for one in plotted))
    pairs = zip(numeric, values, strict=True)
    spreads = {column.key: _spread(numbers) for column, numbers in pairs if numbers}
    return Survey(given | spreads, drawn_points(found), len(found)), ids


def _given(question: Question, columns: Iterable[Column]) -> dict[str, Spread]:
    """Return the spreads of parameters where every job counts that the spec makes of them.

    Reading them out of JSON is most of what a large table costs.
    """
    workflow = question.workflow
    if question.text or question.status or not question.is_present_run:
        return {}
    families = [one for one in load_families(workflow) if question.family in (None, one.id)]
    is_whole = all(one.n_jobs == prod(map(len, one.parameters.values())) for one in families)
    if workflow.has_stale_families or not is_whole:
        return {}
    found = {}
    for column in columns:
        if not column.is_number or column.source is not Source.PARAMETER:
            continue
        numbers = array("d")
        for one in families:
            values = array("d", one.parameters.get(column.name, ()))
            numbers.extend(values * (one.n_jobs // max(len(values), 1)))
        if numbers:
            found[column.key] = _spread(numbers)
    return found


def _points(chunk: Iterable[tuple[Any, ...]], x: int, y: int) -> Iterator[Point]:
    for *numbers, job_id, name, status in chunk:
        across, up = numbers[x], numbers[y]
        if across is not None and up is not None and max(abs(across), abs(up)) < FURTHEST:
            yield Point(float(across), float(up), job_id, name, JobStatus(status).word)


def rows_of(question: Question, ids: Sequence[int], columns: Iterable[Column]) -> list[Row]:
    """Return the rows of some jobs, few enough for one query, in their order.

    Args:
        question: it names the run.
        ids: the jobs.
        columns: all that are shown, of which those of user data are read on the way.
    """
    data = [column for column in columns if column.source is Source.DATA]
    cells = {f"d{n}": written(ScalarAt, _keys(one)) for n, one in enumerate(data)}
    status = _status_field(question)
    found = (
        _with_attempt(Job.objects.filter(pk__in=list(ids)), question)
        .annotate(**cells)
        .values("pk", "name", "parameters", "family__label", *_REASON, *_OUTCOME, *cells, status)
    )
    by_id = {one["pk"]: _row(one, status, data) for one in found}
    return [by_id[job_id] for job_id in ids if job_id in by_id]


def all_rows(question: Question, ids: Sequence[int], columns: Sequence[Column]) -> Iterator[Row]:
    """Yield the rows of any number of jobs without holding them all."""
    for start in range(0, len(ids), CHUNK):
        yield from rows_of(question, ids[start : start + CHUNK], columns)


_OUTCOME = {
    f"last__{name}": name
    for name in (
        *("return_code", "exec_seconds", "peak_memory_bytes", "avg_cpu_percent"),
        "compute_node__hostname",
    )
}
_REASON = ("reason", "last__reason")


def _row(found: dict[str, Any], status: str, data: Sequence[Column]) -> Row:
    cells = {column.name: found[f"d{n}"] for n, column in enumerate(data)}
    is_present = status == "status"
    return Row(
        found["pk"],
        found["name"],
        found["family__label"] or "",
        JobStatus(found[status]),
        found["reason"] if is_present else found["last__reason"],
        found["parameters"],
        {name: found[field] for field, name in _OUTCOME.items()},
        {path: json.loads(text) for path, text in cells.items() if text is not None},
    )


def _wanted(question: Question) -> QuerySet[Job]:
    rows = Job.objects.filter(workflow=question.workflow)
    if question.family is not None:
        rows = rows.filter(family=question.family)
    if question.text:
        rows = rows.filter(name__icontains=question.text)
    return _with_attempt(rows, question, question.status)


def _with_attempt(
    rows: QuerySet[Job], question: Question, status: JobStatus | None = None
) -> QuerySet[Job]:
    """Join the attempt that a row tells of; a query that needs nothing of it leaves it out."""
    of_run = Q(results__run_id=question.run_id)
    wanted = Q() if status is None else Q(**{_status_field(question): status.value})
    if question.is_present_run:
        is_last = of_run & Q(results__attempt_id=F("n_attempts"))
        return rows.annotate(last=FilteredRelation("results", condition=is_last)).filter(wanted)
    later = Result.objects.filter(
        job=OuterRef("pk"), run_id=question.run_id, attempt_id__gt=OuterRef("last__attempt_id")
    )
    joined = rows.annotate(last=FilteredRelation("results", condition=of_run))
    return joined.filter(wanted, ~Exists(later), last__isnull=False)  # one call: one join


def _status_field(question: Question) -> str:
    return "status" if question.is_present_run else "last__status"


def _ordering(question: Question) -> list[Combinable | str]:
    column = question.sort
    if column is None:
        # An index has the jobs by family and by status and family.
        return ["-family", "-pk"] if question.is_descending else ["family", "pk"]
    keys: list[Any] = [F(_status_field(question)) if column.name == "status" else F(column.name)]
    if column.source is Source.ATTEMPT:
        keys = [F(f"last__{column.name}")]
    elif column.source is Source.PARAMETER:
        text = ScalarAt("parameters", [column.name])
        number = NumberAt("parameters", [column.name])
        keys = [number] if column.is_number else [number, text]
    elif column.source is Source.DATA:
        keys = [written(NumberAt, _keys(column)), written(ScalarAt, _keys(column))]
    if question.is_descending:
        return [*(key.desc(nulls_last=True) for key in keys), "pk"]
    return [*(key.asc(nulls_last=True) for key in keys), "pk"]


def _number(column: Column) -> Combinable:
    if column.source is Source.PARAMETER:
        return NumberAt("parameters", [column.name])
    if column.source is Source.DATA:
        return written(NumberAt, _keys(column))
    return F(f"last__{column.name}")


def _keys(column: Column) -> tuple[str, ...]:
    return keys_of(column.name) or ()


def _spread(values: array[float]) -> Spread:
    ordered = sorted(values)
    half = len(ordered) // 2
    middle = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Spread(ordered[0], middle, ordered[-1])


def _chunks(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
