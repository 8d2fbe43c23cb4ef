"""What one connection does while another one holds rows."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from database.faults import is_passing
from database.sql import is_postgresql
from jobs.models import ComputeNode, Result
from jobs.nodes import session
from jobs.sql import lock_workflows
from tests import factories
from workflows.models import Workflow

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _rows_are_locked() -> None:
    if not is_postgresql():
        pytest.skip("SQLite knows no locks of rows")


@contextmanager
def held(take: Callable[[], object]) -> Iterator[None]:
    """Have another connection hold what `take` locks, for the length of the block."""
    is_held, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            take()
            is_held.set()
            is_over.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert is_held.wait(10)
        yield
    finally:
        is_over.set()
        thread.join()


def test_a_heartbeat_never_waits_behind_a_row() -> None:
    node = factories.make_node(now=NOW)
    with held(lambda: list(ComputeNode.objects.select_for_update())):
        assert not session.beat(node.pk, node.incarnation, NOW)
    assert session.beat(node.pk, node.incarnation, NOW)


def test_nobody_waits_long_for_a_row_that_another_one_holds() -> None:
    workflow = factories.make_started_workflow()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("5s",)
        cursor.execute("SET lock_timeout = '50ms'")
    with (
        held(lambda: lock_workflows([workflow.pk])),
        pytest.raises(OperationalError) as error,
    ):
        Workflow.objects.filter(pk=workflow.pk).update(name="other")
    assert is_passing(error.value)
    connection.close()


def test_who_holds_rows_and_says_nothing_is_thrown_out_and_may_try_again() -> None:
    workflow = factories.make_started_workflow()
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("10s",)
        cursor.execute("SET idle_in_transaction_session_timeout = '50ms'")
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        _say_nothing_while_it_holds(workflow.pk)
    assert is_passing(error.value)
    connection.close()


def _say_nothing_while_it_holds(workflow_id: int) -> None:
    lock_workflows([workflow_id])
    with held(lambda: lock_workflows([workflow_id])):  # which waits until we are out
        pass
    Workflow.objects.filter(pk=workflow_id).update(name="other")


def test_taking_over_waits_for_the_workflow_before_it_holds_an_attempt() -> None:
    node = factories.make_node()
    workflow = factories.make_started_workflow()
    attempt = factories.make_open_result(factories.make_job(workflow), node=node)

    def take_over() -> None:
        session.take_over(node.pk, "new")
        connection.close()

    taken = threading.Thread(target=take_over)
    with transaction.atomic():
        lock_workflows([workflow.pk])  # as who cancels does, before it changes attempts
        taken.start()
        with connection.cursor() as cursor:
            while taken.is_alive():
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone() != (0,):
                    break
        Result.objects.filter(pk=attempt.pk).update(kill_reason="canceled")
    taken.join()
    attempt.refresh_from_db()
    assert (attempt.kill_reason, attempt.incarnation) == ("canceled", "new")
