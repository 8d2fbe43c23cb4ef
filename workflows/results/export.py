"""Tables as files: CSV that no spreadsheet takes for formulas, and JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


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
