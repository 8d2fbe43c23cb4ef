"""The jobs that run on this node: which they are, and how they are ended."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

from jobs.worker import process

GRACE = 10.0
"""Seconds between SIGTERM and SIGKILL."""
KILL_SECONDS = 5.0
"""Seconds for which SIGKILL is sent again."""


def running_records(node_dir: Path) -> list[Path]:
    """Return the records of the attempts of which at least one process lives."""
    paths = process.records_in(node_dir / "attempts")
    return [path for path in paths if (record := process.read_record(path)) and record.is_held]


def _wait(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def end_jobs(node_dir: Path, wait: Callable[[float], bool] = _wait) -> bool:
    """Send SIGTERM to the node's jobs, later SIGKILL; return whether all of them have ended.

    Args:
        node_dir: the node's folder.
        wait: waits that many seconds, and returns whether SIGKILL is due at once.
    """
    for record in running_records(node_dir):
        process.send(record, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while running_records(node_dir) and time.monotonic() < deadline and not wait(0.1):
        pass
    deadline = time.monotonic() + KILL_SECONDS
    while (left := running_records(node_dir)) and time.monotonic() < deadline:
        for record in left:  # again each time, as they may start others meanwhile
            process.send(record, signal.SIGKILL)
        wait(0.05)
    return not left
