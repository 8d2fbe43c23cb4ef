"""The server's own round over the nodes, for as long as no worker is there to do it."""

from __future__ import annotations

import logging
import threading
import uuid
from datetime import UTC, datetime

from django.db import connection

from jobs import tasks
from jobs.models import ComputeNode
from jobs.nodes import lease, sweep
from workflows.creation.create import sweep_unfinished

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5.0


class Lookout:
    """Looks after nodes that vanished: without it their jobs would be shown as running for good.

    Args:
        heartbeats: what earlier rounds saw of the nodes.
    """

    def __init__(self, heartbeats: sweep.Heartbeats) -> None:
        self._heartbeats = heartbeats
        self._holder = uuid.uuid4().hex

    def look(self, now: datetime) -> bool:
        """Sweep once if no worker is online; return whether that was so.

        The duty is given back at once, so that a worker that comes does not wait for it.
        """
        if ComputeNode.objects.online(now).exists():
            return False
        if not lease.hold_lease(sweep.DUTY, self._holder, now):
            return False
        try:
            tasks.publish(sweep.sweep(now, self._heartbeats))
            sweep_unfinished(now)
        finally:
            lease.give_back(sweep.DUTY, self._holder)
        return True


def start() -> None:
    """Have a thread of this process look every few seconds until the process ends."""
    threading.Thread(target=_look_for_ever, name="lookout", daemon=True).start()


def _look_for_ever() -> None:
    lookout, pause = Lookout(sweep.Heartbeats()), threading.Event()
    while not pause.wait(LOOK_SECONDS):
        try:
            lookout.look(datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            logger.warning("cannot look after the nodes, trying again in a moment: %s", error)
            connection.close()
