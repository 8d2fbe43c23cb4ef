"""One process tree: how it is started, recorded, watched and ended. Knows no Django.

Claim, lock and record are one file per attempt. It is opened exclusively, so a second delivery
finds it taken; it is locked, and the whole tree inherits the lock, so liveness is the lock and
never a process id; a shell around the command writes `exit CODE` and a newline into it at the end.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

logger = logging.getLogger(__name__)

UNKILLABLE_SECONDS = 60.0
"""After so long a process that does not die is left to the kernel."""
RECORD_FD = 9
"""Where the tree holds the record file; one digit, because the POSIX shell takes no more."""
MARK = "TORC_RECORD"
"""Names the record file in the environment of the tree, for processes that closed the file."""

_OPENING = 'exec 9>&0 </dev/null; echo "pid $$" >&9; '
_IGNORE = "trap : TERM INT HUP; "
_CLOSING = '\ntorc_code=$?\necho "exit $torc_code" >&9\nexit $torc_code\n'
"""Ends with the code itself as well: a full disk may take the record."""
# All before the command is one line: `eval` counts on from its own, and users read line numbers.

_IN_A_FORK = _OPENING + _IGNORE + 'torc_command=$1; shift; ( eval "$torc_command" )' + _CLOSING
"""One bash that forks for the command: 2.3 ms where a second shell program costs 3.1 ms."""

_IN_PLACE = (
    _OPENING
    + """trap 'echo "exit $?" >&9' EXIT; trap 'exit 129' HUP; trap 'exit 130' INT; """
    + """trap 'exit 143' TERM; torc_command=$1; shift; eval "$torc_command"\n"""
)
"""For commands that let the shell around them be: without the fork it is 2.0 ms."""

_MEDDLES = re.compile(
    r"\b(?:exec|trap|source|eval|set|shopt|ulimit|kill|wait|return|function|while|until|for|select"
    r"|coproc|enable|command|builtin|suspend|logout)\b"
    r"|BASHPID|BASH_SUBSHELL|\(\s*\)|\$\{[^}]*\?|>&\s*9|(?:^|[\s;&|({])\.\s"
)
"""Words of a command that may end, replace or retrap its shell; a false alarm costs a fork."""

_IN_A_SHELL = _OPENING + _IGNORE + 'bash -c "$1"' + _CLOSING
"""For commands that ask for the id of their shell, which in a fork is that of its parent."""


@dataclass(frozen=True, slots=True)
class Launch:
    """Everything that starting an attempt takes."""

    record: Path
    command: str
    environment: Mapping[str, str]
    directory: str
    stdout: Path
    stderr: Path
    umask: int | None = None
    """Of the files that the command makes; None for our own."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a record file says: the session leader, and the exit code once it is there."""

    started_at: float | None
    """Seconds since 1970."""
    pid: int | None
    return_code: int | None
    is_held: bool
    """Some process of the tree lives."""
    written_at: float
    """Seconds since 1970 when the file was last written: the end, once the code is there."""
    is_fenced: bool = False
    """The node ended it because it was cut off, so what it came to says nothing of the job."""


class AlreadyTaken(Exception):
    """The attempt was started before: its record file exists."""


class CannotStart(Exception):
    """The system refused to start the process; the text says why."""


def start(launch: Launch) -> subprocess.Popen[bytes]:
    """Start the command in a session of its own, its output going straight to files.

    Raises:
        AlreadyTaken: a record file exists, so this attempt has run or runs.
        CannotStart: the directory, a log file or the process could not be had.
    """
    try:
        record = os.open(launch.record, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    except FileExistsError:
        raise AlreadyTaken(str(launch.record)) from None
    except OSError as error:
        raise CannotStart(f"cannot write {launch.record}: {error.strerror}") from error
    try:
        fcntl.flock(record, fcntl.LOCK_EX)
        os.write(record, b"start %.6f\n" % time.time())
        return _spawn(launch, record)
    except OSError as error:
        raise CannotStart(f"cannot start: {error.strerror}: {error.filename}") from error
    finally:
        os.close(record)


def _spawn(launch: Launch, record: int) -> subprocess.Popen[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    stdout = os.open(launch.stdout, flags, 0o600)
    try:
        stderr = os.open(launch.stderr, flags, 0o600)
        try:
            return subprocess.Popen(
                _arguments(launch.command),
                stdin=record,
                stdout=stdout,
                stderr=stderr,
                cwd=launch.directory,
                env={**launch.environment, MARK: _real(launch.record)},
                start_new_session=True,
                umask=-1 if launch.umask is None else launch.umask,
            )
        finally:
            os.close(stderr)
    finally:
        os.close(stdout)


def _real(record: Path) -> str:
    return os.path.join(_real_folder(record.parent), record.name)


@cache
def _real_folder(folder: Path) -> str:
    return os.path.realpath(folder)


def _arguments(command: str) -> list[str]:
    if "$$" in command:
        return ["/bin/sh", "-c", _IN_A_SHELL, "bash", command]
    script = _IN_A_FORK if _MEDDLES.search(command) else _IN_PLACE
    return ["/bin/bash", "-c", script, "bash", command]


def read_record(path: Path) -> Record | None:
    """Return what the record file says now, or None when the attempt was never started."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        is_held = not _try_lock(descriptor)
        text = os.pread(descriptor, 256, 0)
        written_at = os.fstat(descriptor).st_mtime
    finally:
        os.close(descriptor)
    words = dict(line.split(b" ", 1) for line in text.split(b"\n")[:-1] if b" " in line)
    pid, code = _number(words, b"pid"), _number(words, b"exit")
    started_at = _moment(words.get(b"start", b""))
    return Record(started_at, pid, code, is_held, written_at, b"fenced" in words)


def fence(path: Path) -> None:
    """Note in the record file that its tree is about to be ended for want of a lease."""
    with suppress(OSError), path.open("ab") as file:
        file.write(b"fenced 1\n")


def exit_code(path: Path) -> int | None:
    """Return the exit code in the record file, None when it is not there."""
    record = read_record(path)
    return record.return_code if record else None


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _number(words: Mapping[bytes, bytes], key: bytes) -> int | None:
    value = words.get(key, b"")
    return int(value) if value.isdigit() else None


def _moment(value: bytes) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _holds(pid: str, target: str) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/fd/{RECORD_FD}") == target
    except OSError:
        return False


def tree(record: Path) -> set[int]:
    """Return the ids of all living processes of an attempt.

    Also of those that closed the record file or left its session.
    """
    target = _real(record)
    mark = f"{MARK}={target}".encode()
    own = str(os.getpid())  # which may have the file open for a moment
    everybody = [name for name in os.listdir("/proc") if name.isdigit() and name != own]
    pids = {int(pid) for pid in everybody if _holds(pid, target) or _is_marked(pid, mark)}
    sessions = {session for pid in pids if (session := _session_of(pid)) == pid}
    return pids | {int(pid) for pid in everybody if sessions and _session_of(int(pid)) in sessions}


def _is_marked(pid: str, mark: bytes) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return mark in file.read().split(b"\0")
    except OSError:  # it has ended, or is another user's
        return False


def send(record: Path, number: signal.Signals) -> int:
    """Signal every process of the tree; return how many there were.

    A process that its shell forks at that very moment may miss it: bash drops what arrives before
    the fork has put its parent's traps away. Whoever wants the tree gone kills it after a grace.
    """
    pids = tree(record)
    for pid in sorted(pids):
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue
    return len(pids)


def clear(record: Path, patience: float, is_ending: Callable[[], bool]) -> int:
    """Return how many processes had to be ended here, once no process of the tree is left.

    Args:
        record: of the tree, whose leader has ended.
        patience: seconds to wait before they are signaled.
        is_ending: whether somebody else signals them, so that only waiting is left to do.
    """
    n_ended, asked_at = 0, time.monotonic() + patience
    while left := tree(record):
        now = time.monotonic()
        if now > asked_at + UNKILLABLE_SECONDS:
            logger.error("cannot kill %s, of %s", sorted(left), record)
            break
        if now >= asked_at and not is_ending():
            n_ended = max(n_ended, len(left))
            send(record, signal.SIGTERM if now < asked_at + 1 else signal.SIGKILL)
        time.sleep(0.05)
    return n_ended


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


def records_in(folder: Path) -> list[Path]:
    """Return the record files of attempts that started here and whose end is not yet stored."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
