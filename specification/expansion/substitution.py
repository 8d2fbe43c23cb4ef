"""The texts of one entry with parameter values in place of placeholders, for all its rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from specification.entries.fields import add_problem
from specification.formats.problem_log import ProblemLog
from specification.names import normalize_name
from specification.problems import SpecError, SpecPath
from specification.texts.parameter_values import Combinations, Value
from specification.texts.placeholders import substitute_column

Columns = Mapping[str, Sequence[Value]]
JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"(:?)')
ENTRY_BYTES = 40  # of one variable in a mapping


def without_placeholders(match: re.Match[str]) -> str:
    """Return a string of a JSON text; if it is a key, nothing in it is taken for a placeholder."""
    return match.group().replace("{", "\\u007b") if match.group(1) else match.group()


def quoted(text: str) -> str:
    """Return a text as it stands inside a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


class Substitution:
    """Replaces the placeholders of one entry, column by column: a text for all rows at once."""

    def __init__(self, log: ProblemLog, path: SpecPath, combinations: Combinations) -> None:
        self.log = log
        self.path = path
        self.columns: Columns = combinations.columns()
        self.n_rows = combinations.n_rows

    def varying(
        self, key: str, text: str, quote: Callable[[str], str] | None = None
    ) -> list[str] | None:
        """Return a text row by row, None if it is the same in all rows.

        Args:
            key: of the text.
            text: may contain placeholders.
            quote: is applied to each value that is put in.
        """
        try:
            return substitute_column(
                text,
                self.columns,
                self.n_rows,
                lambda n_bytes: self.log.spend("bytes", n_bytes, (*self.path, key)),
                quote,
            )
        except SpecError as error:
            add_problem(self.log, (*self.path, key), error.problems[0])
            return None

    def column(self, key: str, text: str | None) -> Sequence[str | None]:
        """Return a text row by row."""
        column = None if text is None else self.varying(key, text)
        return [text] * self.n_rows if column is None else column

    def json_column(self, key: str, data_text: str) -> Sequence[str]:
        """Return a JSON text row by row, with placeholders in its strings replaced, not in keys."""
        if "{" not in data_text.replace('{"', ""):
            return [data_text] * self.n_rows
        column = self.varying(key, JSON_STRING.sub(without_placeholders, data_text), quoted)
        return [data_text] * self.n_rows if column is None else column

    def names(self, key: str, text: str) -> list[str]:
        """Return a name row by row, as names are stored."""
        column = self.varying(key, text)
        if column is None:
            return [text] * self.n_rows
        return [normalize_name(name) for name in column]

    def tuples(self, key: str, items: tuple[str, ...]) -> Sequence[tuple[str, ...]]:
        """Return a list of texts row by row; all rows share one tuple if nothing varies."""
        varying: list[list[str] | None] = []
        n_counted = 0
        for at, item in enumerate(items):
            column = self.varying(key, item)
            varying.append(column)
            if column is not None:
                self.log.spend("items", self.n_rows * (at + 1 - n_counted), (*self.path, key))
                n_counted = at + 1
        if n_counted == 0:
            return [items] * self.n_rows
        self.log.spend("items", self.n_rows * (len(items) - n_counted), (*self.path, key))
        columns = [
            [item] * self.n_rows if column is None else column
            for item, column in zip(items, varying, strict=True)
        ]
        if not all(item.isascii() for column in columns for item in column):
            columns = [[normalize_name(item) for item in column] for column in columns]
        return list(zip(*columns, strict=True))

    def mappings(self, key: str, items: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
        """Return a mapping row by row; keys have no placeholders."""
        rows = self.tuples(key, tuple(items.values()))
        if not items or rows[0] is rows[-1]:
            return [items] * self.n_rows
        n_bytes = ENTRY_BYTES * len(items) * self.n_rows
        self.log.spend("bytes", n_bytes, (*self.path, key))
        return [dict(zip(items, values, strict=True)) for values in rows]

    def parameters(self) -> list[dict[str, Value]]:
        """Return the parameters of each row."""
        rows = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, row, strict=True)) for row in rows]
