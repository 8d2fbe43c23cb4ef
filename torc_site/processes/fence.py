"""The jobs of this node: how many run, how they are ended, and when they must be."""

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from jobs.worker import process
from torc_site.processes.supervisor import say

DEAF_SECONDS = 90.0  # a worker without a heartbeat for so long is started again
LEASE_SECONDS = 240.0  # other nodes take the jobs of a silent one after 300
GRACE = 10.0
KILL_SECONDS = 5.0


def running(node_dir: Path) -> list[Path]:
    """Return the records of the attempts of which some process lives."""
    records = process.records_in(node_dir / "attempts")
    return [path for path in records if (found := process.read_record(path)) and found.is_held]


def _unhurried(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def end_jobs(node_dir: Path, is_hurried: Callable[[float], bool] = _unhurried) -> bool:
    """Ask the node's jobs to end, kill what is left after the grace, say whether all are gone.

    Args:
        node_dir: the node's folder.
        is_hurried: waits that many seconds, and says whether the grace is cut short.
    """
    for record in running(node_dir):
        process.send(record, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while running(node_dir) and time.monotonic() < deadline and not is_hurried(0.1):
        pass
    deadline = time.monotonic() + KILL_SECONDS
    while (left := running(node_dir)) and time.monotonic() < deadline:
        for record in left:  # again each time, as they may start others meanwhile
            process.send(record, signal.SIGKILL)
        is_hurried(0.05)
    return not left


class Fence:
    """Watches the stamp of the monotonic clock that the worker writes at each heartbeat."""

    def __init__(self, node_dir: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._node_dir = node_dir
        self._clock = clock
        self._started = clock()

    def silence(self) -> float:
        """Return the seconds since the last heartbeat; without one of this boot, since we began."""
        now = self._clock()
        renewed = self._started
        with suppress(OSError, ValueError):
            stamp = float((self._node_dir / "lease").read_text())
            renewed = stamp if stamp <= now else self._started
        return now - renewed

    def check(self) -> None:
        """End the node's jobs if the lease ran out."""
        if self.silence() < LEASE_SECONDS or not running(self._node_dir):
            return
        say(
            f"torc: the database was out of reach for {LEASE_SECONDS:g} s;"
            " ending this node's jobs, as other nodes may start them again"
        )
        for record in running(self._node_dir):
            process.fence(record)
        end_jobs(self._node_dir)
