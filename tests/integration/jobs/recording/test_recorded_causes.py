"""Bad ends are stored with their cause, good ones cost nothing for it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.models import Result
from jobs.nodes.session import commit_kill_reason
from jobs.recording.store import store_batch
from jobs.scheduling.attempts import Outcome, load_open_attempts, lost
from jobs.statuses import RETURN_CODE_RUNTIME, JobStatus, KillReason
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)
TRACEBACK = "Traceback (most recent call last):\n  File \"a.py\", line 3\nKeyError: 'lr_17'\n"


@pytest.fixture
def attempt() -> Result:
    job = factories.make_job(factories.make_started_workflow(), "work")
    return factories.make_open_result(job, node=factories.make_node(), started_at=NOW)


def end_of(attempt: Result, status: JobStatus, code: int, **fields: str) -> Outcome:
    (plan,) = load_open_attempts([attempt.pk])
    fields = {"reason": f"return code {code}"} | fields
    return Outcome(plan, status, code, started_at=NOW, ended_at=LATER, **fields)  # type: ignore[arg-type]


def cause_after(attempt: Result, ended: Outcome) -> tuple[str, str]:
    store_batch([], [ended], LATER)
    attempt.refresh_from_db()
    return attempt.cause, attempt.error_line


def test_a_failure_keeps_its_cause_and_its_line(attempt: Result) -> None:
    ended = end_of(attempt, JobStatus.FAILED, 1, stderr_tail=TRACEBACK)
    assert cause_after(attempt, ended) == ("KeyError: 'lr_{n}'", "KeyError: 'lr_17'")


def test_a_limit_that_was_hit_is_the_cause(attempt: Result) -> None:
    commit_kill_reason(attempt.pk, KillReason.RUNTIME)
    ended = end_of(attempt, JobStatus.TERMINATED, RETURN_CODE_RUNTIME, stderr_tail=TRACEBACK)
    assert cause_after(attempt, ended) == ("ran longer than its limit", "KeyError: 'lr_17'")


def test_a_lost_attempt_says_so(attempt: Result) -> None:
    (plan,) = load_open_attempts([attempt.pk])
    cause, _ = cause_after(attempt, lost(plan, "its node has been silent for 300 s", LATER))
    assert cause == "lost: its node has been silent for {n} s"


def test_what_a_person_canceled_has_no_cause(attempt: Result) -> None:
    commit_kill_reason(attempt.pk, KillReason.CANCELED)
    ended = end_of(attempt, JobStatus.FAILED, 143, stderr_tail=TRACEBACK)
    assert cause_after(attempt, ended) == ("", "")


def test_a_good_end_costs_no_statement_for_causes(attempt: Result) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        store_batch([], [end_of(attempt, JobStatus.COMPLETED, 0, stderr_tail=TRACEBACK)], LATER)
    assert not [query for query in queries if "cause" in query["sql"]]
