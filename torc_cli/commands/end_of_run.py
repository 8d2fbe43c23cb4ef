"""When a watched workflow has come to its end, and with which exit code."""

from typing import Any

from torc_cli.statuses import ACTIVE, UNSUCCESSFUL, n_in

COMPLETED = 0
WITH_FAILURES = 1
STUCK = 3
INTERRUPTED = 130

SECONDS_WITHOUT_WORKER = 60.0
# A node that joins or a job that ends shows a moment later; the run is not stuck before that.
SECONDS_HELD = 3.0


class EndOfRun:
    """Decides from what the server says, time after time, whether a run has come to its end."""

    def __init__(self) -> None:
        self.reason = ""
        self._since: dict[str, float] = {}

    def exit_code(self, progress: dict[str, Any], now: float) -> int | None:
        """Return the exit code when nothing more can happen, else None.

        After STUCK, `reason` says what is missing.

        Args:
            progress: the latest progress of the workflow.
            now: seconds on the monotonic clock.
        """
        counts: dict[str, int] = progress["counts"]
        n_active = n_in(counts, ACTIVE)
        if progress["is_complete"] or (progress["is_canceled"] and not n_active):
            has_failures = progress["is_canceled"] or n_in(counts, UNSUCCESSFUL)
            return WITH_FAILURES if has_failures else COMPLETED
        if not n_active and self._is_stuck(progress, now):
            return STUCK
        if n_active:
            self._since.clear()
        return None

    def forget(self) -> None:
        """Forget since when the run seems stuck: nobody has seen it for a while."""
        self._since.clear()

    def _is_stuck(self, progress: dict[str, Any], now: float) -> bool:
        has_worker = progress["workers_online"] > 0
        if self._has_lasted("no worker", not has_worker, SECONDS_WITHOUT_WORKER, now):
            self.reason = "no worker has been online for 60 s; start one with `torc worker`"
            return True
        is_held = has_worker and bool(progress["waiting_reason"])
        if self._has_lasted("held", is_held, SECONDS_HELD, now):
            self.reason = _waiting_reason(progress)
            return True
        return False

    def _has_lasted(self, condition: str, is_true: bool, seconds: float, now: float) -> bool:
        if not is_true:
            self._since.pop(condition, None)
            return False
        return now - self._since.setdefault(condition, now) >= seconds


def _waiting_reason(progress: dict[str, Any]) -> str:
    unplaceable = progress["unplaceable"]
    if not unplaceable:
        return str(progress["waiting_reason"])
    more = f" (and {len(unplaceable) - 1} more)" if len(unplaceable) > 1 else ""
    return f"job {unplaceable[0]['name']}: {unplaceable[0]['why']}{more}"
