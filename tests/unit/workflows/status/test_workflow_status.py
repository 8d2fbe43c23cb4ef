import pytest

from workflows.status.workflow_status import WorkflowStatus, workflow_status

CASES = [
    ({}, False, WorkflowStatus("uninitialized", "has no jobs")),
    ({"uninitialized": 3}, False, WorkflowStatus("uninitialized", "not initialized")),
    ({"ready": 1, "blocked": 2}, False, WorkflowStatus("ready", "initialized, not started")),
    ({"running": 1, "blocked": 2}, True, WorkflowStatus("running", "running")),
    (
        {"running": 1, "failed": 1368, "terminated": 2},
        True,
        WorkflowStatus("failed", "1,368 failed, 2 terminated, still running"),
    ),
    (
        {"running": 1, "pending_failed": 2, "terminated": 1},
        True,
        WorkflowStatus("pending_failed", "2 pending failed, 1 terminated, still running"),
    ),
    ({"completed": 3}, False, WorkflowStatus("completed", "completed")),
    ({"completed": 3, "failed": 1}, False, WorkflowStatus("failed", "ended, 1 failed")),
    ({"completed": 3, "terminated": 1}, False, WorkflowStatus("terminated", "ended, 1 terminated")),
    ({"completed": 1, "canceled": 2}, False, WorkflowStatus("canceled", "canceled, 2 not done")),
    ({"ready": 1, "failed": 1}, False, WorkflowStatus("failed", "stopped, 1 failed")),
    (
        {"completed": 1, "pending_failed": 1},
        False,
        WorkflowStatus("pending_failed", "stopped, 1 pending failed"),
    ),
]


@pytest.mark.parametrize(("counts", "is_active", "expected"), CASES)
def test_the_status_of_a_workflow_is_one_word_and_one_sentence(
    counts: dict[str, int], is_active: bool, expected: WorkflowStatus
) -> None:
    assert workflow_status(counts, is_active=is_active, is_canceled=False) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"ready": 1}, WorkflowStatus("blocked", "waits, nothing moves")),
        (
            {"blocked": 1, "pending_failed": 1},
            WorkflowStatus("pending_failed", "1 pending failed, nothing moves"),
        ),
    ],
)
def test_a_workflow_that_waits_says_that_nothing_moves(
    counts: dict[str, int], expected: WorkflowStatus
) -> None:
    status = workflow_status(counts, is_active=True, is_canceled=False, waiting_reason="no worker")
    assert status == expected


def test_a_cancel_that_waits_for_its_processes_says_so() -> None:
    status = workflow_status({"running": 1, "canceled": 2}, is_active=True, is_canceled=True)
    assert status == WorkflowStatus("canceled", "canceled, running jobs are being ended")
