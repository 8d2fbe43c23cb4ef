"""The thread that says that this node lives: to the other nodes, and to its own parent."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection

from database.faults import is_passing
from database.sql import execute, is_postgresql
from jobs.nodes import session
from jobs.worker.worker import Worker

logger = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
HELD_SECONDS = 0.2
"""Until the next try, when somebody else holds the node's row."""
RETRY_SECONDS = 1.0
"""Until the next try, when the database is out of reach."""
STATEMENT_SECONDS = 5
STUCK_AFTER = 60.0
"""Seconds without a turn of the reporter after which this worker no longer counts as alive."""


class Heartbeat:
    """Renews the node's heartbeat on a connection of its own, which never waits for a row.

    Args:
        worker: whose node this is; its reporter must have been started.
    """

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._node_id: int | None = None
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Tell the parent that this worker lives, from now on."""
        self._thread.start()

    def register(self, node_id: int) -> None:
        """Tell the other nodes, too: this is the id of our row."""
        self._node_id = node_id

    def stop(self) -> None:
        """Beat no more."""
        self._is_stopped.set()

    def _run(self) -> None:
        delay = 0.0
        while not self._is_stopped.wait(delay):
            try:
                self._tell_parent()
                delay = self.beat()
            except Exception:
                logger.exception("the heartbeat failed, trying again in a moment")
                delay = RETRY_SECONDS

    def _tell_parent(self) -> None:
        if self._worker.reporter.seconds_since_turn() < STUCK_AFTER:
            self._worker.folder.note_alive()

    def beat(self) -> float:
        """Renew heartbeat and lease; return the seconds until that is due again."""
        folder = self._worker.folder
        if self._node_id is None:
            return RETRY_SECONDS
        at = time.monotonic()  # before the database notes the time: others wait from then on
        try:
            _open_connection()
            if not session.beat(self._node_id, folder.incarnation, datetime.now(UTC)):
                return HELD_SECONDS
            folder.renew_lease(at, is_alone=session.is_alone(self._node_id))
        except (DatabaseError, InterfaceError) as error:
            logger.warning("cannot renew the heartbeat, trying again: %s", error)
            connection.close()
            if not is_postgresql() and is_passing(error):
                folder.renew_lease(at)  # one file on one disk: nobody else can write to it either
            return RETRY_SECONDS
        return BEAT_SECONDS


def _open_connection() -> None:
    if connection.connection is None:
        connection.ensure_connection()
        if is_postgresql():
            execute(f"SET statement_timeout = '{STATEMENT_SECONDS}s'")
