"""Errors of the database that pass by themselves: whoever meets one tries again."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.utils import InternalError

RETRY_SECONDS = 5
"""After which a client is asked to come again: one that froze is thrown out meanwhile."""
_FULL = ("is full", "no space left")
_PASSING = ("is locked", "unable to open database file")
"""What SQLite says when another connection holds the database."""
_PASSING_STATES = ("08", "25P03", "40", "53", "55P03", "57014", "57P")
"""The same from PostgreSQL: connection, thrown out while idle in a transaction, deadlock,
resources, waited too long for a lock, took too long, shutdown."""


def is_full(error: Exception) -> bool:
    """Return whether the error means that the disk of the database has no room."""
    return _is_ours(error) and any(words in str(error).lower() for words in _FULL)


def is_passing(error: Exception) -> bool:
    """Return whether the error means that the database was locked, overloaded or away."""
    if not _is_ours(error):
        return False
    state: str | None = getattr(error.__cause__, "sqlstate", "")
    if state is None or isinstance(error, InterfaceError):  # the connection is gone
        return True
    words = str(error).lower()
    return state.startswith(_PASSING_STATES) or any(text in words for text in _PASSING)


def is_worth_another_try(error: Exception) -> bool:
    """Return whether the same transaction may succeed later, with nothing about it changed."""
    return isinstance(error, OperationalError) or is_passing(error)


def _is_ours(error: Exception) -> bool:
    kinds: tuple[type[DatabaseError] | type[InterfaceError], ...] = (
        OperationalError,
        InternalError,
        InterfaceError,
    )
    return isinstance(error, kinds)
