"""Tables as files: CSV that no spreadsheet takes for formulas, and JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal, NamedTuple

from workflows.results.columns import FIELDS, OUTCOME, Column
from workflows.results.query import Asked, ids_asked
from workflows.results.table import Row, all_rows

Kind = Literal["csv", "json"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
FIRST_FIELDS = ("job_id", "job", "family", "status")
ROWS_IN_A_PARCEL = 500

_CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


class ResultsFile(NamedTuple):
    """A table of results as text, made while it is sent."""

    name: str
    content_type: str
    pieces: Iterator[str]


class _Line:
    """Keeps what the csv module has written last."""

    text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file; numbers stay numbers, text is never a formula."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow([inert(name) for name in header])
    yield line.text
    for row in rows:
        writer.writerow([_field(value) for value in row])
        yield line.text


def _field(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return inert(json.dumps(value, ensure_ascii=False))
    return inert(value) if isinstance(value, str) else value


def inert(text: str) -> str:
    """Return a text that spreadsheets show instead of computing it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def json_pieces(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the pieces of a JSON list, one object a line."""
    before = "[\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def results_file(asked: Asked, kind: Kind) -> ResultsFile:
    """Return all rows of a table as a file, in its order and with its columns."""
    rows = all_rows(asked.question, ids_asked(asked), asked.columns)
    pieces = _csv(rows, asked.columns) if kind == "csv" else json_pieces(map(_object, rows))
    parcels = iter(lambda: "".join(islice(pieces, ROWS_IN_A_PARCEL)), "")
    name = f"workflow-{asked.question.workflow.pk}-results.{kind}"
    return ResultsFile(name, _CONTENT_TYPES[kind], parcels)


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
