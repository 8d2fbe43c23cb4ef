"""Results tables as files: JSON, and CSV in which no spreadsheet finds a formula."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal, NamedTuple

from workflows.results.columns import ATTEMPT_COLUMNS, FILE_FIELDS, Column
from workflows.results.rows import Row, stream_rows
from workflows.results.table_query import TableQuery, table_job_ids

Kind = Literal["csv", "json"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
FIRST_FIELDS = ("job_id", "job", "family", "status")
ROWS_PER_PIECE = 500

_CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


class ResultsFile(NamedTuple):
    """A results table as text, which is made while it is sent."""

    name: str
    content_type: str
    pieces: Iterator[str]


class _Line:
    """A file for the csv module that keeps only the last line."""

    text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file; numbers stay numbers, text is never a formula."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow([escape_formula(name) for name in header])
    yield line.text
    for row in rows:
        writer.writerow([_field(value) for value in row])
        yield line.text


def _field(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return escape_formula(json.dumps(value, ensure_ascii=False))
    return escape_formula(value) if isinstance(value, str) else value


def escape_formula(text: str) -> str:
    """Return a text such that spreadsheets show it instead of computing it as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def json_pieces(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the pieces of a JSON list, one object a line."""
    before = "[\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def results_file(table: TableQuery, kind: Kind) -> ResultsFile:
    """Return all rows of a table as a file, in its order and with its columns."""
    rows = stream_rows(table.row_query, table_job_ids(table), table.columns)
    lines = _csv(rows, table.columns) if kind == "csv" else json_pieces(map(_object, rows))
    pieces = iter(lambda: "".join(islice(lines, ROWS_PER_PIECE)), "")
    name = f"workflow-{table.row_query.workflow.pk}-results.{kind}"
    return ResultsFile(name, _CONTENT_TYPES[kind], pieces)


def _csv(rows: Iterator[Row], columns: Sequence[Column]) -> Iterator[str]:
    names = (FILE_FIELDS.get(column.key, column.key) for column in columns)
    return csv_lines([*FIRST_FIELDS, *names, "reason"], (_csv_row(row, columns) for row in rows))


def _csv_row(row: Row, columns: Sequence[Column]) -> list[Any]:
    return [*_first(row), *(row.value(column) for column in columns), row.reason]


def _first(row: Row) -> list[Any]:
    return [row.job_id, row.name, row.family, row.status.word]


def _object(row: Row) -> dict[str, Any]:
    first = dict(zip(FIRST_FIELDS, _first(row), strict=True))
    attempt = {FILE_FIELDS[column.key]: row.value(column) for column in ATTEMPT_COLUMNS}
    rest = {"parameters": row.parameters, "data": row.data, "reason": row.reason}
    return {**first, **attempt, **rest}
