"""The few places where SQLite and PostgreSQL are spoken to differently."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, cached_property, lru_cache
from importlib import import_module
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


def texts_source() -> str:
    """SQL for the texts in one JSON parameter: `WHERE name IN (texts_source())`."""
    if is_postgresql():
        return "SELECT json_array_elements_text(%s::json)"
    return "SELECT value FROM json_each(%s)"


def concat(expression: str) -> str:
    """SQL that joins the texts of a group with commas."""
    function = "string_agg" if is_postgresql() else "group_concat"
    return f"{function}({expression}, ',')"


def json_text(column: str, key: str) -> str:
    """SQL for a text in a column of JSON; NULL where the key is not there."""
    if is_postgresql():
        return f"{column} ->> '{key}'"
    return f"json_extract({column}, '$.{key}')"


def stamp(moment: datetime) -> str:
    """A moment as raw SQL parameters and JSON rows carry it, in both databases."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    text = utc.isoformat(sep=" ", timespec="microseconds")[: len("YYYY-MM-DD HH:MM:SS.ffffff")]
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


class Statement:
    """SQL that is put together once, when it is first run: by then the database is known.

    Decorates the function that returns the text.
    """

    def __init__(self, text: Callable[[], str]) -> None:
        self._text = text

    @cached_property
    def sql(self) -> str:
        """The text, with `%s` for parameters."""
        return self._text()

    def fetch(self, *parameters: Any) -> list[Row]:
        """The rows."""
        return fetch(self.sql, parameters)

    def execute(self, *parameters: Any) -> int:
        """Run it; how many rows it changed."""
        return execute(self.sql, parameters)


def fetch(sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
    """The rows of one statement."""
    database = _database()
    if _needs_django(database):
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
    with database.wrap_database_errors:
        rows: list[Row] = _execute(database, sql, parameters).fetchall()
        return rows


def execute(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement; how many rows it changed."""
    database = _database()
    if _needs_django(database):
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return int(cursor.rowcount)
    with database.wrap_database_errors:
        return int(_execute(database, sql, parameters).rowcount)


class _Here(threading.local):
    database: BaseDatabaseWrapper | None = None


_here = _Here()


def _database() -> BaseDatabaseWrapper:
    """This thread's connection: Django looks it up at the cost of a statement."""
    if _here.database is None:
        _here.database = connections[DEFAULT_DB_ALIAS]
    return _here.database


def _needs_django(database: BaseDatabaseWrapper) -> bool:
    """Whether somebody counts statements, as tests do, or this one may have to wait for a lock."""
    if database.execute_wrappers or database.force_debug_cursor:
        return True
    return not database.in_atomic_block and not is_postgresql()


def _execute(database: BaseDatabaseWrapper, sql: str, parameters: Sequence[Any]) -> Any:
    """The driver's own cursor: Django's costs 40 µs a statement, more than most statements."""
    database.validate_no_broken_transaction()
    database.close_if_health_check_failed()
    if database.connection is None:
        database.ensure_connection()
    if is_postgresql():
        return _server_side_cursor()(database.connection).execute(sql, parameters)
    return database.connection.execute(_with_question_marks(sql), parameters)


@cache
def _server_side_cursor() -> Any:
    """The kind of cursor whose statements PostgreSQL may keep prepared; Django's does not."""
    return import_module("psycopg").Cursor


@lru_cache(256)
def _with_question_marks(sql: str) -> str:
    return sql.replace("%s", "?").replace("%%", "%")


_encode = json.JSONEncoder(separators=(",", ":")).encode


def dumps(rows: Iterable[Any]) -> str:
    """JSON for `rows_source` and `ids_source`."""
    return _encode(list(rows))
