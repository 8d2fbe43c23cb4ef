"""The few places where SQLite and PostgreSQL are spoken to differently."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

Row = tuple[Any, ...]


@cache
def is_postgresql() -> bool:
    """Whether the database is PostgreSQL; otherwise it is SQLite."""
    return "postgresql" in settings.DATABASES[DEFAULT_DB_ALIAS]["ENGINE"]


def rows_source(columns: Mapping[str, str], alias: str = "v") -> str:
    """SQL for a table made of one JSON parameter: a list of objects with these columns.

    Args:
        columns: column name -> PostgreSQL type.
        alias: the name of the table in the statement.
    """
    if is_postgresql():
        fields = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        return f"json_to_recordset(%s::json) AS {alias}({fields})"
    picks = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in columns)
    return f"(SELECT {picks} FROM json_each(%s)) AS {alias}"


def ids_source() -> str:
    """SQL for the ids in one JSON parameter: `WHERE id IN (ids_source())`."""
    if is_postgresql():
        return "SELECT value::bigint FROM json_array_elements_text(%s::json)"
    return "SELECT value FROM json_each(%s)"


def concat(expression: str) -> str:
    """SQL that joins the texts of a group with commas."""
    function = "string_agg" if is_postgresql() else "group_concat"
    return f"{function}({expression}, ',')"


def stamp(moment: datetime) -> str:
    """A moment as raw SQL parameters and JSON rows carry it, in both databases."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return f"{text}+00" if is_postgresql() else text


def stamp_parameter() -> str:
    """The placeholder for a `stamp` where the statement does not tell its type."""
    return "%s::timestamptz" if is_postgresql() else "%s"


def moment(value: Any) -> datetime | None:
    """A moment read by raw SQL: SQLite answers text or a time without zone, PostgreSQL one with."""
    if value is None:
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def fetch(sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
    """The rows of one statement."""
    database = connections[DEFAULT_DB_ALIAS]
    if _is_observed(database):
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
    with database.wrap_database_errors:
        rows: list[Row] = _execute(database, sql, parameters).fetchall()
        return rows


def execute(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement; how many rows it changed."""
    database = connections[DEFAULT_DB_ALIAS]
    if _is_observed(database):
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return int(cursor.rowcount)
    with database.wrap_database_errors:
        return int(_execute(database, sql, parameters).rowcount)


def _is_observed(database: BaseDatabaseWrapper) -> bool:
    """Whether somebody counts or wraps statements, as tests do."""
    return bool(database.execute_wrappers) or database.queries_logged


def _execute(database: BaseDatabaseWrapper, sql: str, parameters: Sequence[Any]) -> Any:
    """The driver's own cursor: Django's costs 40 µs a statement, more than most statements."""
    database.validate_no_broken_transaction()
    database.close_if_health_check_failed()
    if database.connection is None:
        database.ensure_connection()
    text = sql if is_postgresql() else _with_question_marks(sql)
    return database.connection.execute(text, parameters)


@lru_cache(256)
def _with_question_marks(sql: str) -> str:
    return sql.replace("%s", "?").replace("%%", "%")


def dumps(rows: Iterable[Any]) -> str:
    """JSON for `rows_source` and `ids_source`."""
    return json.dumps(list(rows), separators=(",", ":"))


def lock_workflows(workflow_ids: Iterable[int]) -> None:
    """Take the workflow rows, in the order of their ids; always before node rows.

    SQLite needs none: its transactions start immediate and are alone.
    """
    if is_postgresql():
        sql = (
            f"SELECT id FROM workflows_workflow WHERE id IN ({ids_source()}) ORDER BY id FOR UPDATE"
        )
        fetch(sql, [dumps(workflow_ids)])
