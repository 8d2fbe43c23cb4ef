"""Decides from the bytes of a request that have come whether it is complete, and its deadline."""

from __future__ import annotations

import re
from enum import Enum, auto

HEADER_SECONDS = 10.0
"""From the first byte to the end of the headers."""
BODY_SECONDS = 20.0
"""For a body; a long one has more time, see `SLOWEST_RATE`."""
SLOWEST_RATE = 50_000
"""Bytes per second with which a body must come at least."""
MAX_HEADER_BYTES = 64 * 1024
PIECE = 64 * 1024

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)


class Progress(Enum):
    """How far a request has come."""

    INCOMPLETE = auto()
    COMPLETE = auto()
    """The application may respond. A body that is too long, or does not state its length, is not
    waited for: the application refuses it by its headers."""
    TOO_LARGE = auto()
    """Its headers are too long."""


class Intake:
    """One request while it is received.

    Args:
        now: seconds on the monotonic clock.
        longest_body: bytes; longer bodies are not waited for.
    """

    def __init__(self, now: float, longest_body: int) -> None:
        self.deadline = now + HEADER_SECONDS
        self.progress = Progress.INCOMPLETE
        self._longest_body = longest_body
        self._data = bytearray()
        self._needed: int | None = None
        self._is_awaiting_continue = False

    @property
    def size(self) -> int:
        """How many bytes have come."""
        return len(self._data)

    @property
    def has_begun(self) -> bool:
        """Whether anything has come; a connection may stay open without another request."""
        return bool(self._data)

    @property
    def n_next(self) -> int:
        """How many bytes to read next, never beyond the end of this body."""
        return PIECE if self._needed is None else min(self._needed - len(self._data), 2**20)

    def take(self, data: bytes) -> None:
        """Add bytes that have come."""
        self._data += data
        if self._needed is None:
            self._look_for_end(max(len(self._data) - len(data) - len(_END), 0))
        if self._needed is not None and len(self._data) >= self._needed:
            self.progress = Progress.COMPLETE

    def received(self) -> bytes:
        """Return all bytes that have come."""
        return bytes(self._data)

    def expects_continue(self) -> bool:
        """Return, once, whether the client waits for `100 Continue` before it sends its body."""
        is_awaiting, self._is_awaiting_continue = self._is_awaiting_continue, False
        return is_awaiting and self.progress is Progress.INCOMPLETE

    def _look_for_end(self, start: int) -> None:
        end = self._data.find(_END, start)
        if end < 0:
            if len(self._data) > MAX_HEADER_BYTES:
                self.progress = Progress.TOO_LARGE
            return
        head = bytes(self._data[: end + 2])
        length = _LENGTH.search(head)
        n_body = int(length[1]) if length and not _CHUNKED.search(head) else 0
        if n_body > self._longest_body:
            n_body = 0
        self._needed = end + len(_END) + n_body
        self.deadline += BODY_SECONDS + n_body / SLOWEST_RATE if n_body else 0.0
        self._is_awaiting_continue = bool(n_body and _EXPECTS.search(head))
