"""Ends the jobs of this node once others may start them again: its lease has run out."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from jobs.worker import process
from torc_site.environment import ENDING
from torc_site.processes.node_jobs import end_jobs, running_records
from torc_site.processes.supervisor import say

HUNG_SECONDS = 90.0  # a worker that has shown no life for this long is started again
PAUSE_SECONDS = 20.0  # this process looks every 5 s; after more it was frozen, and so was the rest


class Fence:
    """Watches what the worker writes: its lease at each heartbeat, and that it is alive.

    Args:
        node_dir: the node's folder.
        lease: seconds for which jobs may go on without the database.
        lost: seconds after which other nodes take them.
        clock: returns seconds on the monotonic clock.
    """

    def __init__(
        self, node_dir: Path, lease: float, lost: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._node_dir = node_dir
        self._lease = lease
        self._lost = lost
        self._clock = clock
        self._started = self._looked = clock()
        self._has_said = False

    def silence(self) -> float:
        """Return the seconds since the last heartbeat, or since this process started if later.

        A parent that starts gives its worker the time to renew a lease that nobody could renew.
        """
        return self._since("lease")

    def _since(self, name: str) -> float:
        now = self._clock()
        with suppress(OSError, ValueError, IndexError):
            stamp = float((self._node_dir / name).read_text().split()[0])
            if stamp <= now:  # else it is from an earlier boot
                return now - max(stamp, self._started)
        return now - self._started

    def _is_alone(self) -> bool:
        """Return whether no other node was there at the last contact with the database."""
        with suppress(OSError):
            return (self._node_dir / "lease").read_text().split()[1:] == ["alone"]
        return False

    def check(self) -> float:
        """End the node's jobs if the lease has run out and another node may take them.

        Returns:
            seconds for which the worker has shown no life.
        """
        now = self._clock()
        was_frozen, self._looked = now - self._looked > PAUSE_SECONDS, now
        silence = self.silence()
        if was_frozen and silence < self._lost - ENDING:
            return 0.0  # the worker was frozen, too; it renews the lease before the next look
        if silence < self._lease:
            self._has_said = False
        elif running_records(self._node_dir):
            self._end_or_leave()
        return self._since("alive")

    def _end_or_leave(self) -> None:
        away = f"torc: the database has been out of reach for {self._lease:g} s;"
        if not self._is_alone():
            say(f"{away} ending this node's jobs, as other nodes may start them again")
            for record in running_records(self._node_dir):
                process.fence(record)
            end_jobs(self._node_dir)
        elif not self._has_said:
            say(f"{away} this node's jobs go on, as there was no other node to take them")
            self._has_said = True
