"""Answers that are costly to find, kept in this process while they hold and a little longer."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

Answer = TypeVar("Answer")

CHEAP_SECONDS = 0.02
REST_FACTOR = 20
"""An outdated answer rests, which is to say that it still serves, for this many times as long as it
took to find: a workflow that changes all the time costs a twentieth of a thread, however many
people watch it."""


@dataclass(frozen=True, slots=True)
class _Entry:
    answer: Any
    revision: Hashable
    size: int
    began_at: float
    ended_at: float


class AnswerCache:
    """Keeps the answers that were used last, each found by one thread while others wait for it.

    Args:
        capacity: how large all answers together may be, in whatever their sizes count.
        clock: seconds that only grow.
        cheap_seconds: what takes less is found anew each time.
        min_rest: seconds; an answer rests for so long even if it took next to no time.
        max_rest: seconds since an answer was begun, after which it never rests.
        max_age: seconds; an older answer is found anew even if its revision still holds.
    """

    def __init__(
        self,
        capacity: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        cheap_seconds: float = CHEAP_SECONDS,
        min_rest: float = 0,
        max_rest: float = math.inf,
        max_age: float = math.inf,
    ) -> None:
        self.min_rest = min_rest
        self.max_rest = max_rest
        self.max_age = max_age
        self._capacity = capacity
        self._clock = clock
        self._cheap_seconds = cheap_seconds
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
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
        """Return an answer: a kept one that may still serve, else a new one.

        Args:
            key: the question.
            revision: names the state that the answer depends on.
            find: finds the answer.
            size: returns how large an answer is.
            must_be_current: whether an answer of an earlier revision is refused.
        """
        with self._finding_lock(key):
            entry = self._entry(key)
            if entry is not None and self._serves(entry, revision, must_be_current):
                return entry.answer  # type: ignore[no-any-return]
            began_at = self._clock()
            answer = find()
            ended_at = self._clock()
            if ended_at - began_at >= self._cheap_seconds:
                self._store(key, _Entry(answer, revision, size(answer), began_at, ended_at))
            return answer

    def resting(self, key: Hashable) -> Any | None:
        """Return an answer that serves whatever its revision, None if there is none.

        It rests, or another thread is finding the next one and `max_rest` has not passed.
        """
        entry = self._entry(key)
        if entry is None:
            return None
        is_late = self._clock() >= entry.began_at + self.max_rest
        is_being_replaced = self._finding_lock(key).locked() and not is_late
        return entry.answer if is_being_replaced or self._is_resting(entry) else None

    @property
    def is_empty(self) -> bool:
        """Return whether no answer is kept."""
        return not self._entries

    def clear(self) -> None:
        """Forget all answers."""
        with self._lock:
            self._entries.clear()
            self._size = 0

    def _finding_lock(self, key: Hashable) -> threading.Lock:
        return self._finding[hash(key) % len(self._finding)]

    def _entry(self, key: Hashable) -> _Entry | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or self._clock() - entry.began_at > self.max_age:
                return None
            self._entries.move_to_end(key)
            return entry

    def _serves(self, entry: _Entry, revision: Hashable, must_be_current: bool) -> bool:
        return entry.revision == revision or (not must_be_current and self._is_resting(entry))

    def _is_resting(self, entry: _Entry) -> bool:
        rest = max(REST_FACTOR * (entry.ended_at - entry.began_at), self.min_rest)
        return self._clock() < min(entry.ended_at + rest, entry.began_at + self.max_rest)

    def _store(self, key: Hashable, new: _Entry) -> None:
        with self._lock:
            old = self._entries.pop(key, None)
            self._size += new.size - (old.size if old else 0)
            self._entries[key] = new
            while self._size > self._capacity and self._entries:
                _, dropped = self._entries.popitem(last=False)
                self._size -= dropped.size
