import pytest

from workflows.status.summary import Standing, standing

CASES = [
    ({}, False, Standing("uninitialized", "has no jobs")),
    ({"uninitialized": 3}, False, Standing("uninitialized", "not initialised")),
    ({"ready": 1, "blocked": 2}, False, Standing("ready", "initialised, not started")),
    ({"running": 1, "blocked": 2}, True, Standing("running", "running")),
    (
        {"running": 1, "failed": 1368, "terminated": 2},
        True,
        Standing("failed", "1,368 failed, 2 terminated, still running"),
    ),
    ({"completed": 3}, False, Standing("completed", "completed")),
    ({"completed": 3, "failed": 1}, False, Standing("failed", "ended, 1 failed")),
    ({"completed": 3, "terminated": 1}, False, Standing("terminated", "ended, 1 terminated")),
    ({"completed": 1, "canceled": 2}, False, Standing("canceled", "canceled, 2 not done")),
    ({"ready": 1, "failed": 1}, False, Standing("failed", "stopped, 1 failed")),
]


@pytest.mark.parametrize(("counts", "is_active", "expected"), CASES)
def test_a_workflow_stands_in_one_word_and_one_sentence(
    counts: dict[str, int], is_active: bool, expected: Standing
) -> None:
    assert standing(counts, is_active=is_active, is_canceled=False) == expected


def test_what_waits_for_something_says_that_nothing_moves() -> None:
    found = standing(
        {"ready": 1}, is_active=True, is_canceled=False, waiting_reason="no worker is online"
    )
    assert found == Standing("blocked", "waits, nothing moves")


def test_a_cancel_that_waits_for_its_processes_says_so() -> None:
    found = standing({"running": 1, "canceled": 2}, is_active=True, is_canceled=True)
    assert found == Standing("canceled", "canceled, running jobs are being ended")
