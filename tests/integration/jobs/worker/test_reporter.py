"""The reporter writes in groups, hands over, and survives what cannot be stored."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection
from django.db.utils import InternalError
from psycopg.errors import IdleInTransactionSessionTimeout

from jobs.models import Job, LogTail, Result
from jobs.recording import store
from jobs.scheduling.attempts import Outcome, load_open_attempts
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.statuses import JobStatus
from jobs.worker import reporter
from jobs.worker.reporter import Reporter
from tests import factories
from workflows.models import Workflow

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Harness:
    """A reporter of one node, and what it told the outside."""

    def __init__(self) -> None:
        self.node = factories.make_node(num_cpus=1)
        self.published: list[OpenedAttempt] = []
        self.unknown: list[int] = []
        self.stored: list[int] = []
        self.claims: set[int] = set()
        self.reporter = Reporter(
            node_uid=self.node.uid or "",
            incarnation=self.node.incarnation,
            claim=self._claim,
            publish=self.published.extend,
            on_closed=self.unknown.append,
            on_stored=self.stored.extend,
        )
        self.reporter.start()

    def _claim(self, result_id: int) -> bool:
        is_first = result_id not in self.claims
        self.claims.add(result_id)
        return is_first


@pytest.fixture
def harness() -> Iterator[Harness]:
    running = Harness()
    yield running
    running.reporter.stop(10)


@pytest.fixture
def workflow() -> Workflow:
    return factories.make_started_workflow()


def ended(result: Result, **fields: Any) -> Outcome:
    (plan,) = load_open_attempts([result.pk])
    values: dict[str, Any] = {"status": JobStatus.COMPLETED, "return_code": 0, "reason": ""}
    return Outcome(plan, started_at=NOW, ended_at=NOW, **(values | fields))


def open_attempt(harness: Harness, workflow: Workflow) -> Result:
    return factories.make_open_result(factories.make_job(workflow), node=harness.node)


def test_a_slot_that_reports_gets_what_its_commit_opened(
    harness: Harness, workflow: Workflow
) -> None:
    first = open_attempt(harness, workflow)
    waiting = factories.make_job(workflow, status=JobStatus.READY)
    plan = harness.reporter.hand_in(ended(first))
    assert plan is not None
    assert plan.job_id == waiting.pk
    assert harness.published == []
    assert harness.stored == [first.pk]


def test_nothing_is_handed_over_by_a_worker_that_stops(
    harness: Harness, workflow: Workflow
) -> None:
    first = open_attempt(harness, workflow)
    factories.make_job(workflow, status=JobStatus.READY)
    harness.reporter.stop_handing_over()
    assert harness.reporter.hand_in(ended(first)) is None
    assert len(harness.published) == 1


def test_what_another_node_is_to_run_is_published(harness: Harness, workflow: Workflow) -> None:
    first = open_attempt(harness, workflow)
    tagged = factories.make_requirement(workflow, tags=["a100"])
    factories.make_job(workflow, status=JobStatus.READY, requirements=tagged)
    other = factories.make_node(tags=["a100"])
    assert harness.reporter.hand_in(ended(first)) is None
    assert [attempt.queue for attempt in harness.published] == [f"a100@{other.uid}"]


def test_a_database_that_is_busy_for_a_while_costs_nothing(
    harness: Harness, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OperationalError("database is locked"), OperationalError("disk I/O error")]

    def unlucky(*arguments: Any) -> store.Stored:
        if failures:
            raise failures.pop()
        return store.store_batch(*arguments)

    monkeypatch.setattr(reporter, "store_batch", unlucky)
    first = open_attempt(harness, workflow)
    harness.reporter.hand_in(ended(first))
    assert failures == []
    assert Job.objects.get().status == JobStatus.COMPLETED


def test_what_a_reporter_that_froze_had_in_hand_is_stored_whole(
    harness: Harness, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [InternalError("terminating connection due to idle-in-transaction timeout")]
    failures[0].__cause__ = IdleInTransactionSessionTimeout()

    def thrown_out(*arguments: Any) -> store.Stored:
        if failures:
            raise failures.pop()
        return store.store_batch(*arguments)

    monkeypatch.setattr(reporter, "store_batch", thrown_out)
    first = open_attempt(harness, workflow)
    harness.reporter.hand_in(ended(first, stdout_tail="the last line"))
    first.refresh_from_db()
    assert first.return_code == 0
    assert LogTail.objects.exists()


def test_a_report_that_cannot_be_stored_costs_its_texts_and_nobody_elses(
    harness: Harness, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def picky(started: Sequence[Any], ends: Sequence[Outcome], now: datetime) -> Any:
        if any("poison" in outcome.stdout_tail for outcome in ends):
            raise DataError("a character that the database refuses")
        return store.store_batch(started, ends, now)

    monkeypatch.setattr(reporter, "store_batch", picky)
    bad = open_attempt(harness, workflow)
    harness.reporter.hand_in(ended(bad, stdout_tail="poison"))
    bad.refresh_from_db()
    assert (bad.return_code, bad.status) == (0, JobStatus.COMPLETED)
    assert "could not be stored" in bad.reason
    assert not LogTail.objects.exists()


def test_a_call_answers_with_what_the_function_raises(harness: Harness) -> None:
    def refuse() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        harness.reporter.call(refuse)
    assert harness.reporter.call(lambda: connection.vendor) == connection.vendor
