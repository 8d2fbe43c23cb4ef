"""The thread that looks for work and orders in the database, whether or not a broker runs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError

from jobs.nodes import lease, session, sweep
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.statuses import JobStatus
from jobs.worker.worker import Worker

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
SWEEP_SECONDS = 5.0


class Patrol:
    """Looks every half second for attempts to end or to start, and sweeps every five.

    Args:
        worker: whose node this is.
        node_id: of the node's row.
        chores: more to do for whoever holds the lease, with the time as argument.
    """

    def __init__(
        self, worker: Worker, node_id: int, chores: Sequence[Callable[[datetime], object]] = ()
    ) -> None:
        self._worker = worker
        self._node_id = node_id
        self._chores = chores
        self._heartbeats = sweep.Heartbeats()
        self._has_duty = False
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="patrol", daemon=True)

    def start(self) -> None:
        """Begin the rounds."""
        self._thread.start()

    def stop(self) -> None:
        """End the rounds."""
        self._is_stopped.set()

    def _run(self) -> None:
        next_sweep = 0.0
        while not self._is_stopped.wait(LOOK_SECONDS):
            try:
                self._look()
                if time.monotonic() >= next_sweep:
                    next_sweep = time.monotonic() + SWEEP_SECONDS
                    self._has_duty = False
                    self._worker.send(self._worker.reporter.call(self._sweep))
                    if self._has_duty:
                        self._do_chores()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("cannot reach the database, trying again in a moment: %s", error)
            except Exception:
                logger.exception("the patrol failed, trying again in a moment")

    def _look(self) -> None:
        now = datetime.now(UTC)
        orders = self._worker.reporter.call(lambda: session.orders(self._node_id, now))
        for result_id, reason in orders.kills:
            if not self._worker.end(result_id, reason):
                self._take(result_id)
        for result_id in orders.unstarted:
            self._take(result_id)

    def _take(self, result_id: int) -> None:
        """Run, or close, an attempt whose message did not come."""
        plan = self._worker.look_up(result_id)
        if plan is not None and (plan.started_at is None or plan.kill_reason):
            self._worker.run_apart(plan)
        elif plan is not None:
            logger.error(
                "attempt %d is marked as started, but no process of it is here", plan.result_id
            )

    def _sweep(self) -> list[OpenedAttempt]:
        now = datetime.now(UTC)
        folder = self._worker.folder
        for result_id in session.closed_among(self._worker.watcher.ids()):
            self._worker.end(result_id, JobStatus.CANCELED.word)
        if not folder.was_renewed_lately():
            return []  # to whoever is cut off, the others look as if they had fallen silent
        if not lease.hold_lease(sweep.DUTY, folder.uid, now):
            return []
        opened = sweep.sweep(now, self._heartbeats)
        self._has_duty = True
        return opened

    def _do_chores(self) -> None:
        """After the sweep and apart from it, so that one that fails harms no other."""
        for chore in self._chores:
            try:
                self._worker.reporter.call(lambda chore=chore: chore(datetime.now(UTC)))  # type: ignore[misc]
            except Exception:
                logger.exception("a chore failed; the next sweep tries it again")
