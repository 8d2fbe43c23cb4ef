"""A connection that tries once a millisecond to get a write lock that another one holds.

SQLite's own busy handler sleeps longer each time, up to 100 ms: while jobs write all the time, a
page that needs the lock once would wait for a third of a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import pysqlite3
from django.db.backends.sqlite3 import base

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds after which `database is locked` is raised."""
PAUSE = 0.001
"""Seconds between two tries."""


class Cursor(base.SQLiteCursorWrapper):
    """Waits for the lock at the begin of a transaction, and of a statement outside of one.

    Inside a transaction nothing is tried again: it has the lock since its begin.
    """

    def execute(self, query: str, params: Any = None) -> Any:
        """Run a statement; raise `database is locked` only after `PATIENCE`."""
        run = super().execute
        return _patiently(lambda: run(query, params), lambda: self.connection.in_transaction)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, which waits when it opens as well, with the cursor above."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection, as soon as nobody recovers or checkpoints the log any more."""
        connect = super().get_new_connection
        return _patiently(lambda: connect(conn_params), lambda: False)

    def create_cursor(self, name: str | None = None) -> Cursor:
        """Return a cursor that waits."""
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        return cursor


def _patiently(action: Callable[[], T], is_in_vain: Callable[[], bool]) -> T:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return action()
        except pysqlite3.OperationalError as error:
            if time.monotonic() > deadline or is_in_vain() or not _is_locked(error):
                raise
        time.sleep(PAUSE)


def _is_locked(error: Exception) -> bool:
    """Return whether the error means that another connection writes."""
    return "database is locked" in str(error)
