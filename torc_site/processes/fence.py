"""Ends the jobs of this node once the worker could not renew the node's lease for too long."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from jobs.worker import process
from torc_site.processes.node_jobs import end_jobs, running_records
from torc_site.processes.supervisor import say

DEAF_SECONDS = 90.0  # a worker without a heartbeat for this long is started again
LEASE_SECONDS = 240.0  # other nodes take over the jobs of a silent node after 300 s


class Fence:
    """Watches the lease: a time on the monotonic clock, which the worker writes at each heartbeat.

    Args:
        node_dir: the node's folder.
        clock: returns seconds on the monotonic clock.
    """

    def __init__(self, node_dir: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._node_dir = node_dir
        self._clock = clock
        self._started = clock()

    def silence(self) -> float:
        """Return the seconds since the last heartbeat of this boot, or else since the start."""
        now = self._clock()
        renewed = self._started
        with suppress(OSError, ValueError):
            stamp = float((self._node_dir / "lease").read_text())
            renewed = stamp if stamp <= now else self._started
        return now - renewed

    def check(self) -> None:
        """End the node's jobs if the lease has run out."""
        if self.silence() < LEASE_SECONDS or not running_records(self._node_dir):
            return
        say(
            f"torc: the database was out of reach for {LEASE_SECONDS:g} s;"
            " ending this node's jobs, as other nodes may start them again"
        )
        for record in running_records(self._node_dir):
            process.fence(record)
        end_jobs(self._node_dir)
