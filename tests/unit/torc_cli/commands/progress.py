"""How a workflow stands, as the server tells it."""

from typing import Any


def progress(revision: int, counts: dict[str, int], **changes: Any) -> dict[str, Any]:
    return {
        "revision": revision,
        "run_id": 1,
        "is_started": True,
        "is_complete": not set(counts) - {"completed", "failed", "canceled"},
        "is_canceled": False,
        "counts": counts,
        "unplaceable": [],
        "waiting_reason": None,
        "workers_online": 1,
        **changes,
    }
