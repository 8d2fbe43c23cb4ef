"""Lock files: the kernel frees a lock when the process that holds it dies."""

import fcntl
import os
from pathlib import Path
from typing import NamedTuple


class LockHeld(Exception):
    """Another process holds the lock; the text is what that process wrote into the file."""


class Lock(NamedTuple):
    """A held lock; it lasts as long as the process, or until it is released."""

    descriptor: int

    def describe(self, text: str) -> None:
        """Write who holds the lock, for the message to others who want it."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text.encode(), 0)

    def release(self) -> None:
        """Let another process take the lock."""
        os.close(self.descriptor)


def take(path: Path) -> Lock:
    """Take the lock without waiting, and return it; child processes do not inherit it.

    Raises:
        Held: another process has it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
        os.close(descriptor)
        raise LockHeld(holder or "another process") from None
    return Lock(descriptor)


def is_held(path: Path) -> bool:
    """Return whether some process holds the lock now."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
