"""Finds and ends processes without mistaking a later process with the same number for them."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

STATE, START_TICKS = 0, 19  # fields of /proc/PID/stat after the command's name


class Process(NamedTuple):
    """A process number and the clock ticks from boot to its start, which together are unique."""

    pid: int
    start_ticks: int

    @property
    def is_living(self) -> bool:
        """It still runs, and its number does not belong to a later process."""
        return find(self.pid) == self


def find(pid: int) -> Process | None:
    """Return the living process with that number; a zombie is not living."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text[text.rindex(")") + 2 :].split()  # the name before it may hold anything
    return None if fields[STATE] in "ZX" else Process(pid, int(fields[START_TICKS]))


def send(process: Process, number: int) -> None:
    """Signal the process, unless it has ended."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(process.pid)
        try:
            if process.is_living:
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)


def end(processes: Iterable[Process], grace: float) -> None:
    """Send SIGTERM to the processes, and SIGKILL to those that live on.

    Args:
        processes: to end.
        grace: seconds between both signals.
    """
    left = list(processes)
    for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        for process in left:
            send(process, number)
        deadline = time.monotonic() + seconds
        while left and time.monotonic() < deadline:
            time.sleep(0.02)
            left = [process for process in left if process.is_living]
