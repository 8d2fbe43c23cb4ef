"""Counts, times and sizes as a person says them."""

from typing import Any

STATUSES = (
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


def counts_in_words(counts: dict[str, int]) -> str:
    """Return '2 completed, 1 failed', statuses in their fixed order; 'no jobs' for none."""
    known = [f"{counts[word]} {word.replace('_', ' ')}" for word in STATUSES if counts.get(word)]
    return ", ".join(known) or "no jobs"


def state_of(progress: dict[str, Any]) -> str:
    """Return one word or two for where a workflow stands."""
    if progress.get("is_canceled"):
        return "canceled"
    if progress.get("is_complete"):
        bad = any(progress["counts"].get(word) for word in ("failed", "terminated", "canceled"))
        return "complete, with failures" if bad else "complete"
    if progress.get("is_started"):
        return "running"
    return "initialized, not started" if progress.get("run_id") else "not initialized"


def moment(text: str | None) -> str:
    """Return an ISO time of the server, which is UTC, without what nobody reads in a table."""
    return (text or "")[:19].replace("T", " ")


def seconds_in_words(seconds: float) -> str:
    """Return '0.42 s', '3m 05s' or '2h 03m'."""
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02}m" if hours else f"{minutes}m {rest:02}s"


def bytes_in_words(size: float | None) -> str:
    """Return '1.5 MiB', or nothing for None."""
    if size is None:
        return ""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(size) < 1024:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
