"""The connection that every process opens."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pysqlite3
import pytest
from django.db import OperationalError, connection, transaction

from tests import factories
from torc_site.sqlite import base
from workflows.models import Workflow

pytestmark = pytest.mark.django_db
ONLY_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own settings")


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("mmap_size", 0),
    ],
)
def test_sqlite_is_durable(pragma: str, value: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone()[0] == value


def test_sqlite_has_the_fix_for_wal_resets() -> None:
    if connection.vendor == "sqlite":
        assert connection.get_database_version() >= (3, 51, 3)


@pytest.fixture
def hold_lock() -> Iterator[Callable[[], threading.Event]]:
    """Return a function that lets another thread take the write lock until the event is set."""
    threads: list[tuple[threading.Thread, threading.Event]] = []

    def hold() -> threading.Event:
        is_held, is_over = threading.Event(), threading.Event()

        def write() -> None:
            with transaction.atomic():
                is_held.set()
                is_over.wait(30)
            connection.close()

        thread = threading.Thread(target=write)
        threads.append((thread, is_over))
        thread.start()
        assert is_held.wait(10)
        return is_over

    yield hold
    for thread, is_over in threads:
        is_over.set()
        thread.join()


def set_soon(is_over: threading.Event) -> None:
    timer = threading.Timer(0.05, is_over.set)
    timer.start()


def write_alone(workflow: Workflow) -> None:
    Workflow.objects.filter(pk=workflow.pk).update(name="written")


def write_in_a_transaction(workflow: Workflow) -> None:
    with transaction.atomic():
        write_alone(workflow)


@ONLY_SQLITE
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [write_alone, write_in_a_transaction])
def test_a_writer_waits_until_another_has_written(
    hold_lock: Callable[[], threading.Event], write: Callable[[Workflow], None]
) -> None:
    workflow = factories.make_workflow()
    set_soon(hold_lock())
    write(workflow)
    workflow.refresh_from_db()
    assert workflow.name == "written"


@ONLY_SQLITE
def test_opening_waits_while_another_process_recovers_or_checkpoints(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    recovering = pysqlite3.connect(path, isolation_level=None, check_same_thread=False)
    recovering.execute("PRAGMA locking_mode = EXCLUSIVE")
    recovering.execute("BEGIN EXCLUSIVE")
    other = base.DatabaseWrapper(connection.settings_dict | {"NAME": path}, "other")
    threading.Timer(0.05, recovering.close).start()
    other.connect()
    other.close()


@ONLY_SQLITE
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [write_alone, write_in_a_transaction])
def test_a_writer_is_told_when_the_lock_is_held_for_too_long(
    hold_lock: Callable[[], threading.Event],
    write: Callable[[Workflow], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workflow = factories.make_workflow()
    monkeypatch.setattr(base, "PATIENCE", 0.05)
    hold_lock()
    with pytest.raises(OperationalError, match="locked"):
        write(workflow)
