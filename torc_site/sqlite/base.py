"""A connection that tries once a millisecond to get a write lock that another one holds.

SQLite's own busy handler sleeps longer each time, up to 100 ms: while jobs write all the time, a
page that needs the lock once would wait for a third of a second.
"""

from __future__ import annotations

import time
from typing import Any

import pysqlite3
from django.db.backends.sqlite3 import base

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
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return super().execute(query, params)
            except pysqlite3.OperationalError as error:
                is_late = time.monotonic() > deadline
                if is_late or self.connection.in_transaction or not _is_locked(error):
                    raise
            time.sleep(PAUSE)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with the cursor above."""

    def create_cursor(self, name: str | None = None) -> Cursor:
        """Return a cursor that waits."""
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        return cursor


def _is_locked(error: Exception) -> bool:
    """Return whether the error means that another connection writes."""
    return "database is locked" in str(error)
