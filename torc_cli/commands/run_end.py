"""When a watched workflow has come to its end, and what that end is called."""

from typing import Any

COMPLETED = 0
WITH_FAILURES = 1
STUCK = 3
INTERRUPTED = 130

PATIENCE_WITHOUT_WORKER = 60.0
# A node that joins or a job that ends is seen a moment later; nobody is stuck before that.
PATIENCE_WHEN_WAITING = 3.0

_ACTIVE = ("pending", "running")
_BAD = ("failed", "terminated", "canceled", "pending_failed")


class Watch:
    """Judges what the server says about a workflow as time passes."""

    def __init__(self) -> None:
        self.why = ""
        self._since: dict[str, float] = {}

    def verdict(self, progress: dict[str, Any], now: float) -> int | None:
        """Return the exit code when nothing more is to be expected, else None.

        After STUCK, `why` says what is missing.
        """
        counts: dict[str, int] = progress["counts"]
        n_active = sum(counts.get(word, 0) for word in _ACTIVE)
        if progress["is_complete"] or (progress["is_canceled"] and not n_active):
            bad = progress["is_canceled"] or any(counts.get(word) for word in _BAD)
            return WITH_FAILURES if bad else COMPLETED
        if not n_active and self._is_stuck(progress, now):
            return STUCK
        if n_active:
            self._since.clear()
        return None

    def _is_stuck(self, progress: dict[str, Any], now: float) -> bool:
        is_alone = progress["workers_online"] == 0
        if self._lasts("worker", is_alone, PATIENCE_WITHOUT_WORKER, now):
            self.why = "no worker has been online for 60 s; start one with `torc worker`"
            return True
        waits = not is_alone and bool(progress["waiting_reason"])
        if self._lasts("room", waits, PATIENCE_WHEN_WAITING, now):
            self.why = _why(progress)
            return True
        return False

    def _lasts(self, what: str, holds: bool, patience: float, now: float) -> bool:
        if not holds:
            self._since.pop(what, None)
            return False
        return now - self._since.setdefault(what, now) >= patience


def _why(progress: dict[str, Any]) -> str:
    unplaceable = progress["unplaceable"]
    if not unplaceable:
        return str(progress["waiting_reason"])
    more = f" (and {len(unplaceable) - 1} more)" if len(unplaceable) > 1 else ""
    return f"job {unplaceable[0]['name']}: {unplaceable[0]['why']}{more}"
