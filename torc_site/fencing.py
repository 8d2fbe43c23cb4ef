"""Ends a node's jobs when its lease ran out, before others may take them."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from torc_site import sessions
from torc_site.supervisor import say

LEASE_SECONDS = 240.0  # other nodes take the jobs of a silent one after 300
GRACE = 10.0


class Fence:
    """Watches the stamp of the monotonic clock that the worker writes at each heartbeat."""

    def __init__(self, node_dir: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._node_dir = node_dir
        self._clock = clock
        self._started = clock()

    def seconds_left(self) -> float:
        """Return how long the lease lasts; without a stamp of this boot it began with us."""
        now = self._clock()
        renewed = self._started
        with suppress(OSError, ValueError):
            stamp = float((self._node_dir / "lease").read_text())
            renewed = stamp if stamp <= now else self._started
        return renewed + LEASE_SECONDS - now

    def check(self) -> None:
        """End the node's job sessions if the lease ran out."""
        if self.seconds_left() > 0 or not sessions.jobs(self._node_dir):
            return
        say(
            f"torc: the database was out of reach for {LEASE_SECONDS:g} s;"
            " ending this node's jobs, as other nodes may start them again"
        )
        sessions.end(lambda: sessions.jobs(self._node_dir), GRACE)
