"""Processes by their session, told apart from later ones with the same number."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from torc_site import locks

STATE, SESSION, START_TICKS = 0, 3, 19  # fields of /proc/PID/stat after the command's name


class Process(NamedTuple):
    """A process number, and the clock ticks from boot to its start that make it unique."""

    pid: int
    start_ticks: int


def find(pid: int) -> Process | None:
    """Return the living process with that number; a zombie is not living."""
    fields = _stat(pid)
    if fields is None or fields[STATE] in "ZX":
        return None
    return Process(pid, int(fields[START_TICKS]))


def members(session: int) -> Iterator[Process]:
    """Yield the living processes of a session."""
    for entry in os.listdir("/proc"):
        fields = _stat(int(entry)) if entry.isdigit() else None
        if fields and int(fields[SESSION]) == session and fields[STATE] not in "ZX":
            yield Process(int(entry), int(fields[START_TICKS]))


def _stat(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text[text.rindex(")") + 2 :].split()  # the name before it may hold anything


def send(process: Process, number: int) -> None:
    """Signal the process, unless it has ended and another one has its number."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(process.pid)
        try:
            if find(process.pid) == process:
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)


def jobs(node_dir: Path) -> list[Process]:
    """Return the living processes of the node's job sessions.

    Each file in `attempts` starts with a line of the session leader's number and start ticks, and
    is locked by the attempt's whole process tree.
    """
    found: dict[int, Process] = {}
    for path in _attempts(node_dir):
        leader = _leader(path)
        if leader is None or not (find(leader.pid) == leader or locks.is_held(path)):
            continue
        if find(leader.pid) in (leader, None):  # else the number belongs to a stranger by now
            found |= {process.pid: process for process in members(leader.pid)}
    return list(found.values())


def n_running(node_dir: Path) -> int:
    """Return how many attempts of the node have living processes."""
    return sum(1 for path in _attempts(node_dir) if _is_running(path))


def _is_running(path: Path) -> bool:
    leader = _leader(path)
    return leader is not None and (find(leader.pid) == leader or locks.is_held(path))


def _attempts(node_dir: Path) -> Iterator[Path]:
    folder = node_dir / "attempts"
    return folder.iterdir() if folder.is_dir() else iter(())


def _leader(path: Path) -> Process | None:
    with suppress(OSError, ValueError), path.open() as lines:
        pid, start_ticks = lines.readline().split()[:2]
        return Process(int(pid), int(start_ticks))
    return None


def unhurried(seconds: float) -> bool:
    """Wait that long; nobody cuts the grace short."""
    time.sleep(seconds)
    return False


def end(
    find_all: Callable[[], Iterable[Process]],
    grace: float,
    is_hurried: Callable[[float], bool] = unhurried,
) -> bool:
    """Ask the processes to end, kill what is left after the grace, and say whether all are gone.

    Args:
        find_all: names the processes that still live; asked again, as they may start others.
        grace: seconds between SIGTERM and SIGKILL.
        is_hurried: waits at most that many seconds and says whether the grace is cut short.
    """
    for process in find_all():
        send(process, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(find_all()) and time.monotonic() < deadline and not is_hurried(0.1):
        pass
    deadline = time.monotonic() + 5
    while (left := list(find_all())) and time.monotonic() < deadline:
        for process in left:
            send(process, signal.SIGKILL)
        is_hurried(0.05)
    return not left
