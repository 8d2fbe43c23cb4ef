"""When a watched workflow has come to its end."""

from typing import Any

import pytest

from tests.unit.torc_cli.stub import progress_of
from torc_cli.commands.end_of_run import COMPLETED, STUCK, WITH_FAILURES, EndOfRun

HELD = {
    "unplaceable": [{"job_id": 1, "name": "big", "why": "asks 2 GPUs, the largest node has 0"}],
    "waiting_reason": "1 job is held",
}


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (progress_of({"completed": 3}, is_complete=True), COMPLETED),
        (progress_of({}, is_complete=True), COMPLETED),
        (progress_of({"completed": 3, "failed": 1}, is_complete=True), WITH_FAILURES),
        (progress_of({"completed": 3, "canceled": 1}, is_complete=True), WITH_FAILURES),
        (progress_of({"terminated": 1}, is_complete=True), WITH_FAILURES),
        (progress_of({"running": 1, "canceled": 1}, is_canceled=True), None),
        (progress_of({"ready": 1, "canceled": 1}, is_canceled=True), WITH_FAILURES),
        (progress_of({"ready": 3}), None),
        (progress_of({"ready": 3}, workers_online=0), None),
        (progress_of({"ready": 1}, **HELD), None),
    ],
)
def test_the_end_has_a_code(now: dict[str, Any], code: int | None) -> None:
    assert EndOfRun().exit_code(now, 0.0) == code


def test_without_a_worker_it_waits_a_minute() -> None:
    end = EndOfRun()
    alone = progress_of({"ready": 1}, workers_online=0, waiting_reason="no worker")
    assert [end.exit_code(alone, now) for now in (0, 30, 59.9)] == [None, None, None]
    assert end.exit_code(alone, 60) == STUCK
    assert "no worker has been online for 60 s" in end.reason


def test_a_worker_that_comes_starts_the_minute_anew() -> None:
    end = EndOfRun()
    alone = progress_of({"ready": 1}, workers_online=0)
    end.exit_code(alone, 0)
    end.exit_code(progress_of({"running": 1}), 50)
    end.exit_code(alone, 55)
    assert end.exit_code(alone, 70) is None
    assert end.exit_code(alone, 115) == STUCK


def test_a_job_that_fits_nowhere_is_named_with_what_it_asks() -> None:
    end = EndOfRun()
    held = progress_of({"ready": 1, "completed": 2}, **HELD)
    assert end.exit_code(held, 0) is None
    assert end.exit_code(held, 3) == STUCK
    assert end.reason == "job big: asks 2 GPUs, the largest node has 0"


def test_while_something_runs_nobody_is_stuck() -> None:
    end = EndOfRun()
    running = progress_of({"ready": 1, "running": 1}, **HELD)
    assert [end.exit_code(running, now) for now in (0, 100)] == [None, None]


def test_disabled_jobs_that_block_the_rest_are_a_reason_too() -> None:
    end = EndOfRun()
    blocked = progress_of({"disabled": 1, "blocked": 2}, waiting_reason="1 job is disabled")
    end.exit_code(blocked, 0)
    assert (end.exit_code(blocked, 5), end.reason) == (STUCK, "1 job is disabled")
