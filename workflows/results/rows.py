"""The rows of a results table: each job with its parameters, its attempt and chosen outputs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from jobs.models import Job
from jobs.statuses import JobStatus
from workflows.results.columns import Column, Source
from workflows.results.json_expressions import ScalarAt, output_value
from workflows.results.row_query import (
    RowQuery,
    join_attempt,
    status_field,
)

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One job of the table."""

    job_id: int
    name: str
    family: str
    status: JobStatus
    reason: str
    parameters: dict[str, Any]
    attempt: dict[str, Any] = field(default_factory=dict)
    """Field of the attempt -> its value."""
    data: dict[str, Any] = field(default_factory=dict)
    """Path -> the scalar there."""

    def value(self, column: Column) -> Any:
        """Return the value in a column, None if there is none."""
        if column.source is Source.PARAMETER:
            return self.parameters.get(column.name)
        if column.source is Source.DATA:
            return self.data.get(column.name)
        if column.source is Source.ATTEMPT:
            return self.attempt.get(column.name)
        return self.name if column.name == "name" else self.status.word


def load_rows(query: RowQuery, ids: Sequence[int], columns: Iterable[Column]) -> list[Row]:
    """Return the rows of some jobs, few enough for one query, in their order.

    Args:
        query: says which run.
        ids: the jobs.
        columns: those of the table; the values of user data are read for them.
    """
    data = [column for column in columns if column.source is Source.DATA]
    cells = {f"d{n}": output_value(ScalarAt, column.path_keys) for n, column in enumerate(data)}
    status = status_field(query)
    rows = (
        join_attempt(Job.objects.filter(pk__in=list(ids)), query)
        .annotate(**cells)
        .values(
            "pk",
            "name",
            "parameters",
            "family__label",
            *_REASON_FIELDS,
            *_ATTEMPT_FIELDS,
            *cells,
            status,
        )
    )
    by_id = {row["pk"]: _row(row, status, data) for row in rows}
    return [by_id[job_id] for job_id in ids if job_id in by_id]


def stream_rows(query: RowQuery, ids: Sequence[int], columns: Sequence[Column]) -> Iterator[Row]:
    """Yield the rows of any number of jobs without holding them all."""
    for start in range(0, len(ids), CHUNK):
        yield from load_rows(query, ids[start : start + CHUNK], columns)


_ATTEMPT_FIELDS = {
    f"last__{name}": name
    for name in (
        *("return_code", "exec_seconds", "peak_memory_bytes", "avg_cpu_percent"),
        "compute_node__hostname",
    )
}
_JOB_FIELDS = ("pk", "name", "parameters", "family__label")
_REASON_FIELDS = ("reason", "last__reason")


def _row(row: dict[str, Any], status: str, data: Sequence[Column]) -> Row:
    cells = {column.name: row[f"d{n}"] for n, column in enumerate(data)}
    is_present = status == "status"
    return Row(
        row["pk"],
        row["name"],
        row["family__label"] or "",
        JobStatus(row[status]),
        row["reason"] if is_present else row["last__reason"],
        row["parameters"],
        {name: row[field] for field, name in _ATTEMPT_FIELDS.items()},
        {path: json.loads(text) for path, text in cells.items() if text is not None},
    )
