"""How statuses look in a drawing: signs, order, bars, and colors for paper."""

from __future__ import annotations

from collections.abc import Mapping

from jobs.statuses import DISPLAY_ORDER

WORDS = tuple(status.word for status in DISPLAY_ORDER)
"""The order of every bar: failed last, where the eye ends."""

WORST_FIRST = (
    "failed",
    "pending_failed",
    "terminated",
    "canceled",
    "running",
    "pending",
    "ready",
    "blocked",
    "disabled",
    "uninitialized",
    "completed",
)
SMALLEST_PART = 3
"""Pixels that even one job among thousands gets, so that no failure is invisible."""

Counts = Mapping[str, int]


def worst_status(counts: Counts) -> str:
    """Return the status that a family is drawn with: the one that most needs attention."""
    return next((word for word in WORST_FIRST if counts.get(word)), "uninitialized")


def status_text(word: str) -> str:
    """Return a status as people read it."""
    return word.replace("_", " ")


def bar_parts(counts: Counts, width: int) -> list[tuple[str, int, int]]:
    """Return status, start and width of each part of a bar, in whole pixels that fill it."""
    present = [(word, counts[word]) for word in WORDS if counts.get(word)]
    total = sum(count for _, count in present)
    sizes = [max(SMALLEST_PART, width * count // total) for _, count in present]
    while sizes and (left := width - sum(sizes)):
        largest = sizes.index(max(sizes))
        sizes[largest] += left if left > 0 else -min(-left, max(sizes[largest] // 4, 1))
    parts, start = [], 0
    for (word, _), size in zip(present, sizes, strict=True):
        parts.append((word, start, size))
        start += size
    return parts


FILLS = {
    "completed": "#0b6b54",
    "running": "#1d63ed",
    "pending": "#564379",
    "ready": "#2d98b3",
    "blocked": "#8b8d90",
    "uninitialized": "#b9bdc9",
    "disabled": "#b9bdc9",
    "canceled": "#4c3b16",
    "terminated": "#5b0540",
    "pending_failed": "#d9480f",
    "failed": "#d9480f",
}
_FONT = "system-ui, 'DejaVu Sans', sans-serif"
_TEXT = {"font-family": _FONT, "font-size": "12", "fill": "#1f2328"}
_MUTED = _TEXT | {"font-size": "10.5", "fill": "#59636e"}
_BOX = {"fill": "#ffffff", "stroke": "#8b8d90", "stroke-width": "1.2"}

PAPER: dict[str, dict[str, str]] = {
    "edge": {"fill": "none", "stroke": "#8b949e", "stroke-width": "1.2"},
    "arrow": {"fill": "#8b949e"},
    "frame": {"fill": "none", "stroke": "#d1d9e0"},
    "box": _BOX,
    "name": _TEXT | {"font-weight": "600"},
    "n": _MUTED,
    "edge-label": _MUTED
    | {"text-anchor": "middle", "stroke": "#ffffff", "stroke-width": "3", "paint-order": "stroke"},
    "worst": _MUTED | {"text-anchor": "end", "font-weight": "600"},
    "glyph": _TEXT | {"text-anchor": "middle"},
    "loop": _MUTED | {"text-anchor": "end"},
    "data": _BOX | {"fill": "#f6f8fa"},
    "back": {"stroke-dasharray": "5 4"},
    "barrier": {"stroke": "#b27300"},
    "warning": {"fill": "#8a5800"},
    "fill-hatch": {"fill": "url(#paper-hatch)"},
    **{f"fill-{word}": {"fill": color} for word, color in FILLS.items()},
    **{f"st-{word}": {"fill": FILLS[word]} for word in ("failed", "terminated", "running")},
    **{f"worst-{word}": {"stroke": color} for word, color in FILLS.items()},
}
"""Class of a page -> what it means where there is no style sheet."""
