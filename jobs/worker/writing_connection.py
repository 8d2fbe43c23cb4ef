"""The connection of the reporter: on PostgreSQL it plans as a tick needs it."""

from django.db import connection

from database.sql import is_postgresql

PREPARE_AFTER = 2
"""Uses of a statement: planning costs PostgreSQL twice as much as running most of ours."""
_PLANS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
"""What PostgreSQL must not use: a tick looks few rows up by index, and a plan that was made when
a table was small would read it whole."""


def open_again() -> None:
    """Open this thread's connection anew, for short statements that look rows up by index."""
    connection.close()
    connection.ensure_connection()
    if is_postgresql():
        connection.connection.prepare_threshold = PREPARE_AFTER
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"SET {name} = off" for name in _PLANS))
