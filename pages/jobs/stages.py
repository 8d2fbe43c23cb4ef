"""How long an attempt spent in each status. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

SMALLEST_SHARE = 1.0
"""Percent of the bar that even the shortest stage gets, so that none is invisible."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A time in one status; start and width are percent of the whole."""

    word: str
    seconds: float
    start: float
    width: float


def stages(moments: Sequence[tuple[str, datetime | None]], end: datetime | None) -> list[Stage]:
    """Return the stages in their order.

    Args:
        moments: the status and when it began, in order; those that never began are left out.
        end: when the last one ended; clocks of two machines may differ, and no stage is negative.
    """
    begun = [(word, at) for word, at in moments if at is not None]
    if not begun or end is None:
        return []
    edges = [at for _, at in begun[1:]] + [end]
    spans = [
        (word, max((edge - at).total_seconds(), 0.0))
        for (word, at), edge in zip(begun, edges, strict=True)
    ]
    total = sum(seconds for _, seconds in spans) or 1.0
    raised = [max(SMALLEST_SHARE, 100 * seconds / total) for _, seconds in spans]
    scale = 100 / sum(raised)
    found, start = [], 0.0
    for (word, seconds), share in zip(spans, raised, strict=True):
        found.append(Stage(word, seconds, round(start, 2), round(share * scale, 2)))
        start += share * scale
    return found
