"""A connection whose writers ask for a held lock each millisecond.

SQLite's own busy handler sleeps longer each time, up to 100 ms: while jobs write all the time, a
page that wants the lock once is overtaken for a third of a second.
"""

from __future__ import annotations

import time
from typing import Any

import pysqlite3
from django.db.backends.sqlite3 import base

PATIENCE = 30.0
"""Seconds after which a writer is told that the database is locked."""
PAUSE = 0.001
"""Seconds between two looks at the lock."""


class Cursor(base.SQLiteCursorWrapper):
    """Waits for the lock where a transaction begins, and around statements that are alone.

    Inside a transaction nothing is tried again: it began with the lock.
    """

    def execute(self, query: str, params: Any = None) -> Any:
        """Run a statement; `database is locked` is raised only after `PATIENCE`."""
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
    """Django's, with our cursor."""

    def create_cursor(self, name: str | None = None) -> Cursor:
        """Open a cursor."""
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        return cursor


def _is_locked(error: Exception) -> bool:
    """Whether somebody else is writing."""
    return "database is locked" in str(error)
