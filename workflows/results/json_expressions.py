"""Expressions that read one scalar out of JSON, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Field, Func, OuterRef, QuerySet, Subquery, TextField
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler

from jobs.models import JobUserData

LONGEST_TEXT = 500
"""Characters of a text that are read; a cell shows fewer."""

Sql = tuple[str, list[Any]]


class _Scalar(Func):
    """The scalar at the end of a path of keys.

    Args:
        source: a column with JSON, as text or as JSONField.
        keys: the path, from the outermost object inwards.
        is_text: whether the column is text, which PostgreSQL has to parse first.
    """

    sqlite = ""
    postgresql = ""

    def __init__(
        self, source: str | Combinable, keys: Sequence[str], *, is_text: bool = False
    ) -> None:
        super().__init__(F(source) if isinstance(source, str) else source)
        self.keys = list(keys)
        self.is_text = is_text

    def as_sqlite(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Sql:
        column, parameters = compiler.compile(self.source_expressions[0])
        path = "$" + "".join(f".{json.dumps(key, ensure_ascii=False)}" for key in self.keys)
        return self._filled(self.sqlite, column, [*parameters, path])

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Sql:
        column, parameters = compiler.compile(self.source_expressions[0])
        if self.is_text:
            # An exponent that no numeric can have would end the whole query with an error.
            column = f"(CASE WHEN {column} !~ '[eE]-[0-9]{{4}}' THEN {column} END)::jsonb"
            parameters = (*parameters, *parameters)
        return self._filled(self.postgresql, f"({column})", [*parameters, self.keys])

    def _filled(self, template: str, column: str, parameters: list[Any]) -> Sql:
        n_uses = template.count("{column}")
        return template.replace("{column}", column), parameters * n_uses


class NumberAt(_Scalar):
    """The number at the end of a path, else null."""

    output_field = Field()  # a FloatField would convert each value once more
    sqlite = (
        "CASE WHEN JSON_TYPE({column}, %s) IN ('integer', 'real')"
        " THEN JSON_EXTRACT({column}, %s) END"
    )
    postgresql = (
        "CASE WHEN jsonb_typeof({column} #> %s::text[]) = 'number'"
        " THEN ({column} #>> %s::text[])::numeric END"
    )


class ScalarAt(_Scalar):
    """The JSON text of the scalar at the end of a path, else null."""

    output_field = TextField()
    sqlite = (
        "CASE JSON_TYPE({column}, %s)"
        f" WHEN 'text' THEN JSON_QUOTE(SUBSTR(JSON_EXTRACT({{column}}, %s), 1, {LONGEST_TEXT}))"
        " WHEN 'object' THEN NULL WHEN 'array' THEN NULL WHEN 'null' THEN NULL"
        " ELSE {column} -> %s END"
    )
    postgresql = (
        "CASE jsonb_typeof({column} #> %s::text[])"
        f" WHEN 'string' THEN to_json(LEFT({{column}} #>> %s::text[], {LONGEST_TEXT}))::text"
        " WHEN 'object' THEN NULL WHEN 'array' THEN NULL WHEN 'null' THEN NULL"
        " ELSE ({column} #> %s::text[])::text END"
    )


def output_value(kind: type[_Scalar], keys: Sequence[str]) -> Subquery:
    """Return the scalar at a path in the first output user data of a job that has one there.

    Args:
        kind: NumberAt or ScalarAt.
        keys: the path.
    """
    outputs: QuerySet[JobUserData] = JobUserData.objects.filter(
        job=OuterRef("pk"), is_output=True
    ).order_by("user_data")
    scalars = outputs.annotate(scalar=kind("user_data__data", keys, is_text=True))
    return Subquery(scalars.filter(scalar__isnull=False).values("scalar")[:1])
