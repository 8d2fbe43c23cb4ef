"""The texts of one repeated entry, filled for all repetitions at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specification.entries.fields import note
from specification.formats.documents import ProblemLog
from specification.names import normal
from specification.problems import Path, SpecError
from specification.texts.parameter_values import Axes, Value
from specification.texts.placeholders import fill_column

Columns = Mapping[str, Sequence[Value]]


class Filler:
    """Fills the texts of one repeated entry, all repetitions at once."""

    def __init__(self, log: ProblemLog, path: Path, axes: Axes) -> None:
        self.log = log
        self.path = path
        self.columns: Columns = axes.columns()
        self.n_rows = axes.n_rows

    def varying(self, key: str, text: str) -> list[str] | None:
        """Return a text's values row by row, None if it is the same in all."""
        try:
            return fill_column(text, self.columns, self.n_rows)
        except SpecError as error:
            note(self.log, (*self.path, key), error.problems[0])
            return None

    def column(self, key: str, text: str | None) -> Sequence[str | None]:
        """Return a text's values row by row."""
        found = None if text is None else self.varying(key, text)
        return [text] * self.n_rows if found is None else found

    def names(self, key: str, text: str) -> list[str]:
        """Return a name row by row, as names are stored."""
        found = self.varying(key, text)
        return [text] * self.n_rows if found is None else [normal(name) for name in found]

    def tuples(self, key: str, items: tuple[str, ...]) -> Sequence[tuple[str, ...]]:
        """Return a list of texts row by row; rows share the tuple if nothing varies."""
        filled = [self.varying(key, item) for item in items]
        if all(column is None for column in filled):
            return [items] * self.n_rows
        columns = [
            [item] * self.n_rows if column is None else column
            for item, column in zip(items, filled, strict=True)
        ]
        if not all(item.isascii() for column in columns for item in column):
            columns = [[normal(item) for item in column] for column in columns]
        return list(zip(*columns, strict=True))

    def mappings(self, key: str, items: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
        """Return a mapping with filled values row by row."""
        filled = self.tuples(key, tuple(items.values()))
        if not items or filled[0] is filled[-1]:
            return [items] * self.n_rows
        return [dict(zip(items, values, strict=True)) for values in filled]

    def parameters(self) -> list[dict[str, Value]]:
        """Return the parameters of each row."""
        rows = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, row, strict=True)) for row in rows]
