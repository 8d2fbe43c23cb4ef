"""The connection that every process opens."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own settings")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("mmap_size", 0),
        ("busy_timeout", 30000),
    ],
)
def test_sqlite_is_durable_and_waits_for_writers(pragma: str, value: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone()[0] == value


def test_sqlite_has_the_fix_for_wal_resets() -> None:
    if connection.vendor == "sqlite":
        assert connection.get_database_version() >= (3, 51, 3)
