"""The progress of a workflow: a bar that is redrawn on a terminal, lines elsewhere."""

import os
from typing import Any

from torc_cli.screen import output
from torc_cli.screen.quantities import counts_in_words
from torc_cli.statuses import COMPLETE, n_in

SECONDS_BETWEEN_LINES = 1.0


def clock(seconds: float) -> str:
    """Return '0:07' or '2:03:04'."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def bar_line(name: str, counts: dict[str, int], seconds: float, columns: int) -> str:
    """Return one line with a bar, the counts and the time, at most `columns` wide."""
    total = sum(counts.values())
    done = n_in(counts, COMPLETE)
    others = counts_in_words({status: n for status, n in counts.items() if status != "completed"})
    tail = f" {done}/{total}  {clock(seconds)}" + (f"  {others}" if others != "no jobs" else "")
    head = output.cut(output.visible(name), 24) + " "
    room = min(30, columns - output.width(head) - output.width(tail) - 1)
    if room < 5:
        return output.cut((head + tail.lstrip()).strip(), max(columns - 1, 1))
    filled = done * room // total if total else room
    return head + "█" * filled + "░" * (room - filled) + tail


class ProgressLine:
    """Shows progress on stderr; the caller hands in the time."""

    def __init__(self, name: str, started: float, is_terminal: bool) -> None:
        self.name = name
        self.started = started
        self.is_terminal = is_terminal
        self._last = ""
        self._drawn_at = float("-inf")
        self._is_open = False

    def show(self, progress: dict[str, Any], now: float, *, is_last: bool = False) -> None:
        """Show the counts; not on a terminal, only changed ones, once a second and at the end."""
        counts = progress["counts"]
        if self.is_terminal:
            columns = _columns()
            line = bar_line(self.name, counts, now - self.started, columns)
            self._write("\r" + line + "\x1b[K")
            self._is_open = True
            return
        line = counts_in_words(counts)
        if line == self._last or (now - self._drawn_at < SECONDS_BETWEEN_LINES and not is_last):
            return
        self._last, self._drawn_at = line, now
        self._write(f"{clock(now - self.started)}  {output.visible(line)}\n")

    def add_note(self, text: str) -> None:
        """Print a line above the bar."""
        self.close()
        self._write(output.visible(text) + "\n")

    def close(self) -> None:
        """Leave the bar where it is and go to the next line."""
        if self._is_open:
            self._write("\n")
        self._is_open = False

    def _write(self, text: str) -> None:
        output.write_to_stderr(text)


def _columns() -> int:
    try:
        return os.get_terminal_size(2).columns or 80
    except OSError:
        return 80
