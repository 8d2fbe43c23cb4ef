"""The whole results table as a file, streamed: CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Literal

from django.http import StreamingHttpResponse

from torc_site.middleware import as_download
from workflows.results.columns import FIELDS, OUTCOME, Column
from workflows.results.export import csv_lines, json_pieces
from workflows.results.query import Asked, ids_asked
from workflows.results.table import Row, all_rows

Kind = Literal["csv", "json"]

FIRST_FIELDS = ("job_id", "job", "family", "status")
ROWS_IN_A_PARCEL = 500

_CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def file_of(asked: Asked, kind: Kind) -> StreamingHttpResponse:
    """Return all rows of a table as a download, in its order and with its columns."""
    rows = all_rows(asked.question, ids_asked(asked), asked.columns)
    pieces = _csv(rows, asked.columns) if kind == "csv" else json_pieces(map(_object, rows))
    parcels = iter(lambda: "".join(islice(pieces, ROWS_IN_A_PARCEL)), "")
    name = f"workflow-{asked.question.workflow.pk}-results.{kind}"
    return as_download(StreamingHttpResponse(parcels, content_type=_CONTENT_TYPES[kind]), name)


def _csv(rows: Iterator[Row], columns: Sequence[Column]) -> Iterator[str]:
    names = (FIELDS.get(one.key, one.key) for one in columns)
    return csv_lines([*FIRST_FIELDS, *names, "reason"], (_record(row, columns) for row in rows))


def _record(row: Row, columns: Sequence[Column]) -> list[Any]:
    return [*_first(row), *(row.value(column) for column in columns), row.reason]


def _first(row: Row) -> list[Any]:
    return [row.job_id, row.name, row.family, row.status.word]


def _object(row: Row) -> dict[str, Any]:
    first = dict(zip(FIRST_FIELDS, _first(row), strict=True))
    outcome = {FIELDS[one.key]: row.value(one) for one in OUTCOME}
    rest = {"parameters": row.parameters, "data": row.data, "reason": row.reason}
    return {**first, **outcome, **rest}
