"""A log as people read it: plain text, one state of a progress bar, visible control characters.

Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BLOCK_LINES = 200
LONGEST_PARTIAL = 8 * 1024
"""Bytes that a line without an end may have before it is shown as it is."""

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # colors and cursor moves
    r"|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # titles and links; never past a line, lines are counted
    r"|[PX^_][^\x1b\n]*(?:\x1b\\)?"  # strings for the terminal
    r"|[ -/]*[0-~])"
)
_CONTROLS = {code: chr(0x2400 + code) for code in range(32) if code not in (9, 10)} | {
    0x7F: "\N{SYMBOL FOR DELETE}",
    **{code: f"\\x{code:02x}" for code in range(0x80, 0xA0)},
    # These would turn the direction of the text after them.
    **{code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))},
}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Part of a log: whole lines, and the last line if it is still being written."""

    blocks: list[str]
    """Whole lines, up to 200 in each."""
    partial: str
    """A line without an end."""
    next_offset: int
    """Where to go on reading: the beginning of the partial line."""

    @property
    def n_lines(self) -> int:
        """Return how many whole lines there are."""
        return sum(block.count("\n") for block in self.blocks)


def excerpt(content: bytes, offset: int, *, is_cut: bool = False, is_last: bool = False) -> Excerpt:
    """Make bytes of a log readable.

    Args:
        content: the bytes.
        offset: where they stand in the log.
        is_cut: the bytes begin in the middle of a line, which is left out.
        is_last: nothing will follow, so the last line needs no line feed.
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
    """Return the offset at which the last `most` lines begin, 0 if there are fewer."""
    at = len(content) - content.endswith(b"\n")
    for _ in range(most):
        at = content.rfind(b"\n", 0, max(at, 0))
        if at < 0:
            return 0
    return at + 1


def end_of_first(content: bytes, most: int) -> int:
    """Return the offset at which the first `most` lines end, the length if there are fewer."""
    at = 0
    for _ in range(most):
        feed = content.find(b"\n", at)
        if feed < 0:
            return len(content)
        at = feed + 1
    return at


def readable(content: bytes) -> str:
    """Return bytes of a log as text without escape sequences, in which nothing is hidden."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    lines = _ESCAPES.sub("", text).split("\n")
    return "\n".join(_folded(line) for line in lines).translate(_CONTROLS)


def _folded(line: str) -> str:
    """Return the last state of a line that carriage returns have rewritten."""
    if "\r" not in line:
        return line
    return next((part for part in reversed(line.split("\r")) if part), "")


def _lines(text: str) -> list[str]:
    """Split at line feeds only, and keep them."""
    lines = [f"{line}\n" for line in text.split("\n")]
    return [*lines[:-1], lines[-1][:-1]] if lines[-1] != "\n" else lines[:-1]
