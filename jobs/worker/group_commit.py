"""How long the first end of a transaction waits for others. Knows no Django."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

WAIT = 0.004
"""Seconds after a commit: a transaction for two costs little more than for one, and waiting longer
brings little more."""
SHORT = 0.03
"""Seconds after which what was handed over is no short job, and nobody waits for it."""


@dataclass(slots=True)
class Grouping:
    """Expects what was handed over just now to end soon; a lone job's end never waits for it."""

    pause: float
    """Seconds after each commit in which none may follow, whatever there is to write."""
    _committed_at: float = 0.0
    _until: dict[int, float] = field(default_factory=dict)
    """Attempt -> when it stops being expected."""

    def note(self, ended: Collection[int], handed_over: Collection[int], now: float) -> None:
        """Remember a commit.

        Args:
            ended: attempts whose ends it wrote.
            handed_over: attempts that slots of this node begin now.
            now: by a clock that never jumps.
        """
        self._committed_at = now
        left = {
            result_id: at
            for result_id, at in self._until.items()
            if at > now and result_id not in ended
        }
        self._until = left | dict.fromkeys(handed_over, now + SHORT)

    def leisure(self, ended: Collection[int], now: float, *, is_urgent: bool) -> float:
        """Seconds for which more may come in before the next commit.

        Args:
            ended: attempts whose ends are there.
            now: by the same clock.
            is_urgent: whether somebody waits for an answer of another kind.
        """
        others = (at > now and result_id not in ended for result_id, at in self._until.items())
        pause = WAIT if not is_urgent and any(others) else self.pause
        return max(self._committed_at + pause - now, 0.0)
