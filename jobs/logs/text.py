"""A log as people read it: text only, progress bars folded, control characters seen. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

BLOCK_LINES = 200
LONGEST_PARTIAL = 8 * 1024
"""Bytes that a line without an end may have before it is shown as it is."""

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # colours and cursor moves
    r"|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # titles and links; never past a line, lines are counted
    r"|[PX^_][^\x1b\n]*(?:\x1b\\)?"  # strings for the terminal
    r"|[ -/]*[0-~])"
)
_CONTROLS = {code: chr(0x2400 + code) for code in range(32) if code not in (9, 10)} | {
    0x7F: "\N{SYMBOL FOR DELETE}",
    **{code: f"\\x{code:02x}" for code in range(0x80, 0xA0)},
    # These turn the direction of what stands beside them.
    **{code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))},
}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Part of a log, whole lines apart from the last one if that is still being written."""

    blocks: list[str]
    """Whole lines, some hundred in each."""
    partial: str
    """A line without an end."""
    next_offset: int
    """Where to go on reading: the beginning of the partial line."""

    @property
    def n_lines(self) -> int:
        """Return how many lines ended in it."""
        return sum(block.count("\n") for block in self.blocks)


def excerpt(content: bytes, offset: int, *, is_cut: bool = False, is_last: bool = False) -> Excerpt:
    """Make bytes of a log readable.

    Args:
        content: the bytes.
        offset: where they stand in the log.
        is_cut: they begin in the middle of a line, which is left out.
        is_last: nothing will follow, so the last line needs no end.
    """
    start = content.find(b"\n") + 1 if is_cut else 0
    end = len(content) if is_last else content.rfind(b"\n") + 1
    if len(content) - end > LONGEST_PARTIAL:
        end = len(content)
    lines = _lines(readable(content[start:end]))
    blocks = ["".join(lines[at : at + BLOCK_LINES]) for at in range(0, len(lines), BLOCK_LINES)]
    rest = content[max(start, end) :]
    return Excerpt(blocks, readable(rest), offset + max(start, end))


def start_of_last(content: bytes, most: int) -> int:
    """Return where the last lines begin, of which there are at most so many."""
    at = len(content) - content.endswith(b"\n")
    for _ in range(most):
        at = content.rfind(b"\n", 0, max(at, 0))
        if at < 0:
            return 0
    return at + 1


def end_of_first(content: bytes, most: int) -> int:
    """Return where the first lines end, of which there are at most so many."""
    at = 0
    for _ in range(most):
        found = content.find(b"\n", at)
        if found < 0:
            return len(content)
        at = found + 1
    return at


def readable(content: bytes) -> str:
    """Return bytes of a log as text that shows what it holds and does nothing."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    lines = _ESCAPES.sub("", text).split("\n")
    return "\n".join(_folded(line) for line in lines).translate(_CONTROLS)


def _folded(line: str) -> str:
    """Return what a terminal would show last of a line that was written over and over."""
    if "\r" not in line:
        return line
    return next((part for part in reversed(line.split("\r")) if part), "")


def _lines(text: str) -> list[str]:
    """Split at line feeds only, which stay."""
    lines = [f"{line}\n" for line in text.split("\n")]
    return [*lines[:-1], lines[-1][:-1]] if lines[-1] != "\n" else lines[:-1]
