"""Insert many rows: ids are reserved first, transactions are short, no model is instantiated."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models, transaction

from database.sql import execute, fetch, is_postgresql

CHUNK_VALUES = 16_000
"""Values that one transaction writes: some 800 jobs, so that the engine's writer gets its turn."""
PAUSE_SECONDS = 0.002
"""Between two transactions on SQLite, where a writer that waits has to ask again and again."""


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Return ids for `count` new rows, ascending, that nobody else will get."""
    if not count:
        return []
    table = model._meta.db_table
    if is_postgresql():
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return [row[0] for row in fetch(sql, [table, count])]
    with transaction.atomic():
        sql = "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s"
        if not execute(sql, [count, table]):
            execute("INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)", [count, table])
        last = fetch("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])[0][0]
    return range(last - count + 1, last + 1)


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write `rows` in several short transactions.

    Args:
        model: whose table.
        columns: names of the columns.
        rows: values in the same order, already as the database stores them (JSON as text).
    """
    for chunk in _chunks(rows, max(CHUNK_VALUES // len(columns), 1)):
        with transaction.atomic():
            _insert_chunk(model._meta.db_table, columns, chunk)
        breathe()


def breathe() -> None:
    """Let other writers of an SQLite database go first."""
    if not is_postgresql() and not connection.in_atomic_block:
        time.sleep(PAUSE_SECONDS)


def _chunks(rows: Iterable[Sequence[Any]], size: int) -> Iterator[list[Sequence[Any]]]:
    iterator = iter(rows)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


def _insert_chunk(table: str, columns: Sequence[str], rows: list[Sequence[Any]]) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if is_postgresql():
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
