"""Counts, times and sizes as a person reads them."""

from torc_cli.statuses import DISPLAY_ORDER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def counts_in_words(counts: dict[str, int]) -> str:
    """Return '2 completed, 1 failed', statuses in their fixed order; 'no jobs' for none."""
    parts = [
        f"{counts[status]} {status.replace('_', ' ')}"
        for status in DISPLAY_ORDER
        if counts.get(status)
    ]
    return ", ".join(parts) or "no jobs"


_UTC = ("", "Z", "+00:00")


def time_of(text: str | None) -> str:
    """Return an ISO time of the server as '2026-01-31 12:00:00 UTC'; nothing for None.

    A time with another zone keeps its own: '2026-01-31 14:00:00 +02:00'.
    """
    if not text:
        return ""
    zone = text[19:].lstrip(".0123456789")
    return f"{text[:19].replace('T', ' ')} {'UTC' if zone in _UTC else zone}"


def time_of_seconds(seconds: float | None) -> str:
    """Return seconds since 1970 as '2026-01-31 12:00:00 UTC'; nothing for None or 0."""
    if not seconds:
        return ""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(float(seconds), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


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


def ids_in_words(noun: str, ids: "Sequence[int | str]", plural: str | None = None) -> str:
    """Return 'job 1' or 'jobs 1, 2'.

    Args:
        noun: its singular.
        ids: at least one.
        plural: where it is not the singular with an s.
    """
    from specification.texts.counts import agree

    nouns = agree(len(ids), noun, plural or f"{noun}s")
    return f"{nouns} {', '.join(map(str, ids))}"
