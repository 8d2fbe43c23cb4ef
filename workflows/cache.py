"""Dear answers, kept in this process for as long as they hold, or a little longer."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

Answer = TypeVar("Answer")

CHEAP_SECONDS = 0.02
REST_FACTOR = 20
"""An outdated answer serves for this many times as long as it took, so that a workflow that
changes all the time costs a twentieth of a thread, however many people watch it."""


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Any
    revision: Hashable
    size: int
    at: float
    seconds: float


class Keeper:
    """Keeps the answers that were asked for last, each found by one thread at a time.

    Args:
        capacity: how large all answers together may be, in whatever their sizes count.
        clock: seconds that only grow.
        cheap_seconds: what takes less is found anew each time.
    """

    def __init__(
        self,
        capacity: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        cheap_seconds: float = CHEAP_SECONDS,
    ) -> None:
        self._capacity = capacity
        self._clock = clock
        self._cheap_seconds = cheap_seconds
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._finding = [threading.Lock() for _ in range(16)]

    def get(
        self,
        key: Hashable,
        revision: Hashable,
        find: Callable[[], Answer],
        *,
        size: Callable[[Answer], int],
        must_be_current: bool,
    ) -> Answer:
        """Return an answer: a kept one that still holds, else a new one.

        Args:
            key: what is asked.
            revision: names the state of what is asked about.
            find: finds the answer.
            size: how large an answer is.
            must_be_current: no answer of an earlier revision will do.
        """
        with self._finding[hash(key) % len(self._finding)]:
            kept = self._usable(key, revision, must_be_current)
            if kept is not None:
                return kept.answer  # type: ignore[no-any-return]
            began = self._clock()
            answer = find()
            now = self._clock()
            if now - began >= self._cheap_seconds:
                self._keep(key, _Kept(answer, revision, size(answer), now, now - began))
            return answer

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _usable(self, key: Hashable, revision: Hashable, must_be_current: bool) -> _Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
        if kept.revision == revision:
            return kept
        is_young = self._clock() - kept.at < REST_FACTOR * kept.seconds
        return kept if is_young and not must_be_current else None

    def _keep(self, key: Hashable, new: _Kept) -> None:
        with self._lock:
            old = self._kept.pop(key, None)
            self._size += new.size - (old.size if old else 0)
            self._kept[key] = new
            while self._size > self._capacity and self._kept:
                _, dropped = self._kept.popitem(last=False)
                self._size -= dropped.size
