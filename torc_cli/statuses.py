"""The statuses of jobs, as the server words them, and where a workflow stands.

The command may not import `jobs.statuses`; a test holds that both say the same.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DISPLAY_ORDER = (
    "completed",
    "running",
    "pending",
    "ready",
    "blocked",
    "uninitialized",
    "disabled",
    "canceled",
    "terminated",
    "pending_failed",
    "failed",
)
"""All statuses, in the order in which every list of counts shows them."""

COMPLETE = ("completed", "failed", "canceled", "terminated")
"""What lets successors go on; a workflow whose jobs are all in these is complete."""

ACTIVE = ("pending", "running")
"""What has an open attempt."""

UNSUCCESSFUL = ("failed", "terminated", "pending_failed", "canceled")
"""What is over without success, in the order in which it is worth a person's attention."""


def n_in(counts: "dict[str, int]", statuses: "tuple[str, ...]") -> int:
    """Return how many of the counted jobs have one of the statuses."""
    return sum(counts.get(status, 0) for status in statuses)


def state_of(progress: "dict[str, Any]") -> str:
    """Return in a few words where a workflow stands, such as ``complete, with failures``."""
    if progress.get("is_canceled"):
        return "canceled"
    if progress.get("is_complete"):
        has_failures = n_in(progress["counts"], UNSUCCESSFUL)
        return "complete, with failures" if has_failures else "complete"
    if progress.get("is_started"):
        return "running"
    return "initialized, not started" if progress.get("run_id") else "not initialized"
