"""The reporter: one thread that owns the writing connection and commits in groups.

What started and what ended is gathered and stored in one transaction per tick. A slot hands in an
outcome, waits for the commit, and is handed over the next attempt that the same transaction opened
on this node, so most attempts never travel through the broker. The way there and back:

    slot: `hand_in` -> inbox: `_HandIn` -> reporter: `_gather`, `_commit`, `_hand_over` -> slot
    any thread: `call` -> inbox: `_Call` -> reporter: `_answer` -> that thread
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, connection

from database.faults import is_worth_another_try
from database.sql import is_postgresql
from jobs.recording.store import StartedAttempt, Stored, store_batch
from jobs.scheduling.attempts import AttemptPlan, Outcome
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.worker import writing_connection
from jobs.worker.group_commit import Grouping

logger = logging.getLogger(__name__)
T = TypeVar("T")

START_DELAY = 0.03
"""Seconds that a start waits for its end, so that a short job costs one row change and not two."""
PAUSE = 0.001
"""Seconds outside SQLite's write lock after each commit, or web writers starve."""
_WAKE = object()
MIN_RETRY_DELAY = 0.1
MAX_RETRY_DELAY = 2.0


@dataclass(slots=True)
class _HandIn:
    """An outcome on its way from a slot, and where the slot waits for its next attempt."""

    outcome: Outcome
    reply: queue.SimpleQueue[AttemptPlan | None]


@dataclass(slots=True)
class _Call:
    """A function on its way from any thread, and where the thread waits for its answer."""

    function: Callable[[], Any]
    reply: queue.SimpleQueue[tuple[Any, BaseException | None]]


@dataclass(slots=True)
class _Batch:
    """What one tick has to do."""

    hand_ins: dict[int, _HandIn] = field(default_factory=dict)
    """By attempt."""
    calls: list[_Call] = field(default_factory=list)


class Reporter:
    """Stores what happens on one node, and answers its questions to the database.

    Args:
        node_uid: of this node; attempts opened on it are handed over to waiting slots.
        incarnation: of this worker.
        claim: whether an attempt is taken by this call and by no earlier one.
        publish: sends delivery notes of attempts that no slot here waits for.
        on_closed: called with each running attempt that turned out to be closed.
        on_stored: called with the attempts whose outcomes are stored.
    """

    def __init__(
        self,
        *,
        node_uid: str,
        incarnation: str,
        claim: Callable[[int], bool],
        publish: Callable[[list[OpenedAttempt]], None],
        on_closed: Callable[[int], object],
        on_stored: Callable[[list[int]], None],
    ) -> None:
        self._node = (node_uid, incarnation)
        self._claim = claim
        self._publish = publish
        self._on_closed = on_closed
        self._on_stored = on_stored
        self._inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._starts: dict[int, tuple[float, StartedAttempt]] = {}
        self._is_quiet = True
        self._is_asleep = False
        self._grouping = Grouping(0.0 if is_postgresql() else PAUSE)
        self._is_handing_over = True
        self._turned_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="reporter", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def report_start(self, started: StartedAttempt) -> None:
        """Have a start stored, soon; most ends come sooner, so nobody is woken for a start."""
        self._starts[started.result_id] = (time.monotonic() + START_DELAY, started)
        if self._is_asleep:
            self._inbox.put(_WAKE)

    def hand_in(self, outcome: Outcome) -> AttemptPlan | None:
        """Have an outcome stored; return after the commit, with the attempt to run next if any."""
        reply: queue.SimpleQueue[AttemptPlan | None] = queue.SimpleQueue()
        self._inbox.put(_HandIn(outcome, reply))
        return reply.get()

    def call(self, function: Callable[[], T]) -> T:
        """Run a function on the writing connection, between ticks, and return its answer."""
        if threading.current_thread() is self._thread:
            return function()
        reply: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        self._inbox.put(_Call(function, reply))
        answer, error = reply.get()
        if error is not None:
            raise error
        return answer  # type: ignore[no-any-return]

    def stop_handing_over(self) -> None:
        """From now on hand nothing over to slots."""
        self._is_handing_over = False

    def stop(self, timeout: float) -> None:
        """Store what has gathered and end the thread."""
        self._inbox.put(None)
        self._thread.join(timeout)

    def seconds_since_turn(self) -> float:
        """Return for how long this thread has been at what it does now; it is asked often."""
        return time.monotonic() - self._turned_at

    def _run(self) -> None:
        try:
            self._serve()
        except BaseException:
            logger.critical(
                "the reporter failed; the worker ends and is started again", exc_info=True
            )
            os._exit(70)  # a worker that cannot report is worse than none: its jobs live on

    def _serve(self) -> None:
        self._reconnect()
        is_running = True
        while is_running:
            batch, is_running = self._gather()
            self._turned_at = time.monotonic()
            for call in batch.calls:
                self._answer(call)
            started = self._due_starts(batch, is_running)
            if batch.hand_ins or started:
                self._commit(batch, started)
        connection.close()

    def _gather(self) -> tuple[_Batch, bool]:
        """Return what there is to do once there is something; False when it is time to stop."""
        batch = _Batch()
        try:
            item = self._inbox.get(timeout=self._patience())
            self._is_asleep = False
            while True:
                if item is None:
                    return batch, False
                self._sort(item, batch)
                now, is_urgent = time.monotonic(), bool(batch.calls)
                leisure = self._grouping.leisure(batch.hand_ins, now, is_urgent=is_urgent)
                item = self._inbox.get(timeout=leisure)
        except queue.Empty:
            self._is_quiet = not batch.hand_ins
            return batch, True

    def _patience(self) -> float | None:
        """Seconds to wait for news; None when all is quiet, and then a start wakes us."""
        self._is_asleep = self._is_quiet  # said before looking, so that no start is missed
        dues = [due for due, _ in list(self._starts.values())]
        if dues:
            self._is_asleep = False
            return max(min(dues) - time.monotonic(), 0.0)
        return None if self._is_quiet else START_DELAY

    def _sort(self, item: object, batch: _Batch) -> None:
        if isinstance(item, _Call):
            batch.calls.append(item)
        elif isinstance(item, _HandIn):  # two copies of one end in a batch would both count
            first = batch.hand_ins.setdefault(item.outcome.plan.result_id, item)
            if first is not item:
                item.reply.put(None)

    def _due_starts(self, batch: _Batch, is_running: bool) -> list[StartedAttempt]:
        for result_id in batch.hand_ins:
            self._starts.pop(result_id, None)
        now = time.monotonic()
        dues = list(self._starts.values())  # other threads add to it
        due = [start for at, start in dues if at <= now or not is_running]
        for start in due:
            del self._starts[start.result_id]
        return due

    def _answer(self, call: _Call) -> None:
        try:
            call.reply.put((call.function(), None))
        except (DatabaseError, InterfaceError) as error:
            logger.warning("cannot reach the database: %s", error)
            call.reply.put((None, error))
            self._reconnect()
        except Exception as error:  # noqa: BLE001 - it is the caller's, and is raised there
            call.reply.put((None, error))

    def _commit(self, batch: _Batch, started: list[StartedAttempt]) -> None:
        outcomes = [hand_in.outcome for hand_in in batch.hand_ins.values()]
        waiting = [hand_in.reply for hand_in in batch.hand_ins.values()]
        stored = self._persist(started, outcomes)
        plans = self._hand_over(stored.opened, len(waiting))
        handed_over = [plan.result_id for plan in plans]
        self._grouping.note(batch.hand_ins, handed_over, time.monotonic())
        for position, reply in enumerate(waiting):
            reply.put(plans[position] if position < len(plans) else None)
        for result_id in stored.closed_ids:
            self._on_closed(result_id)
        self._on_stored(list(batch.hand_ins))

    def _persist(self, started: Sequence[StartedAttempt], outcomes: Sequence[Outcome]) -> Stored:
        """Store, and try again until it is stored: what ended here is known nowhere else."""
        delay = MIN_RETRY_DELAY
        while True:
            try:
                return store_batch(started, outcomes, datetime.now(UTC))
            except Exception as error:
                if is_worth_another_try(error):
                    logger.warning("cannot write yet, trying again: %s", error)
                    self._reconnect()
                    time.sleep(delay)
                    delay = min(delay * 2, MAX_RETRY_DELAY)
                    continue
                logger.exception("an outcome cannot be stored as it is, trying without its texts")
                return self._quarantine(started, outcomes)

    def _reconnect(self) -> None:
        """Open the connection anew, however long that takes."""
        delay = MIN_RETRY_DELAY
        while True:
            self._turned_at = time.monotonic()
            try:
                writing_connection.open_again()
                return
            except (DatabaseError, InterfaceError) as error:
                logger.warning("cannot reach the database: %s", error)
                time.sleep(delay)
                delay = min(delay * 2, MAX_RETRY_DELAY)

    def _quarantine(self, started: Sequence[StartedAttempt], outcomes: Sequence[Outcome]) -> Stored:
        """Store a refused batch piece by piece; what is refused again, without its texts."""
        if len(started) + len(outcomes) > 1:
            parts = [self._persist([start], []) for start in started]
            parts += [self._persist([], [outcome]) for outcome in outcomes]
        else:
            bare = [outcome.without_texts() for outcome in outcomes if outcome.has_texts]
            parts = [self._persist([], [outcome]) for outcome in bare]
        opened = [attempt for part in parts for attempt in part.opened]
        return Stored(opened, frozenset[int]().union(*(part.closed_ids for part in parts)))

    def _hand_over(self, opened: list[OpenedAttempt], n_waiting: int) -> list[AttemptPlan]:
        """Return plans for the slots that wait; publish whatever else was opened."""
        if not opened:
            return []
        n_slots = n_waiting if self._is_handing_over else 0
        mine = [
            attempt.plan
            for attempt in opened
            if (attempt.node_uid, attempt.incarnation) == self._node
        ]
        plans = [plan for plan in mine[:n_slots] if self._claim(plan.result_id)]
        handed = {plan.result_id for plan in plans}
        if others := [attempt for attempt in opened if attempt.plan.result_id not in handed]:
            self._publish(others)
        return plans
