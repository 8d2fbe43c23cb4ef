"""Which node this is: a random id in a folder that one worker at a time holds. Knows no Django."""

from __future__ import annotations

import array
import fcntl
import os
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path

FRESH_SECONDS = 20.0
"""A lease that was renewed within this time holds for a while: it is renewed every 5 s."""
_STAMP_BYTES = 32
_GET_FLAGS, _SET_FLAGS = 0x80086601, 0x40086602
_SPREADS = 0x00020000
"""ext4's flag for a folder whose subfolders have nothing to do with each other."""


class NodeIsTaken(Exception):
    """Another worker holds the node folder."""


class NodeFolder:
    """The worker's own folder: its id, its lock, its lease and the records of its attempts.

    Args:
        path: the folder, made here if it is not there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_alone = False
        self._renewed_at: float | None = None
        self._renewal = threading.Condition()
        self.attempts = path / "attempts"
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        spread(path)
        self.attempts.mkdir(mode=0o700, exist_ok=True)
        self.incarnation = uuid.uuid4().hex
        self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise NodeIsTaken(
                f"another worker uses the node folder {path}: stop it, or give this one a folder "
                "of its own with TORC_NODE_DIR"
            ) from None
        self.uid = self._read_or_make_uid()

    def _read_or_make_uid(self) -> str:
        file = self.path / "uid"
        if not file.exists():
            draft = self.path / "uid.new"
            draft.write_text(uuid.uuid4().hex)
            draft.rename(file)
        return file.read_text().strip()

    def record_of(self, result_id: int) -> Path:
        """Return the record file of an attempt."""
        return self.attempts / str(result_id)

    def renew_lease(self, at: float, *, is_alone: bool | None = None) -> None:
        """Tell the parent that the database still counts on this node.

        Args:
            at: seconds on the monotonic clock, from before the database was asked.
            is_alone: no other node could take the jobs; None leaves it as it was.
        """
        if is_alone is not None:
            self._is_alone = is_alone
        self._write_stamp("lease", f"{at:.3f} {'alone' if self._is_alone else 'shared'}")
        with self._renewal:
            self._renewed_at = at
            self._renewal.notify_all()

    def wait_for_lease(self) -> bool:
        """Return as soon as the parent would not end at once what is started now.

        A worker that was cut off may be given an attempt before its lease is renewed.

        Returns:
            whether that took a while, in which others may have taken the attempt.
        """
        if self._may_start():
            return False
        with self._renewal:
            self._renewal.wait_for(self._may_start)
        return True

    def was_renewed_lately(self) -> bool:
        """Return whether the last renewal, if there was any, is as late as it should be."""
        renewed_at = self._renewed_at
        return renewed_at is None or time.monotonic() - renewed_at < FRESH_SECONDS

    def _may_start(self) -> bool:
        return self._is_alone or self.was_renewed_lately()

    def note_alive(self) -> None:
        """Tell the parent that this worker does not hang, whatever the database does."""
        self._write_stamp("alive", f"{time.monotonic():.3f}")

    def _write_stamp(self, name: str, text: str) -> None:
        """Write over what is there: that needs no room on a full disk."""
        descriptor = os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.pwrite(descriptor, text.ljust(_STAMP_BYTES).encode(), 0)
        finally:
            os.close(descriptor)

    def drop_records(self, result_ids: list[int]) -> None:
        """Forget attempts whose ends are stored."""
        for result_id in result_ids:
            with suppress(FileNotFoundError):
                os.unlink(f"{self.attempts}/{result_id}")


def spread(folder: Path) -> None:
    """Have each new subfolder placed where the disk is freest, on file systems that can.

    Else ext4 puts all of them beside their parent, and where many files were deleted in the last
    minutes, as after tests or builds, making a file takes 1 ms of CPU instead of 0.02.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    flags = array.array("l", [0])
    try:
        fcntl.ioctl(descriptor, _GET_FLAGS, flags)
        flags[0] |= _SPREADS
        fcntl.ioctl(descriptor, _SET_FLAGS, flags)
    except OSError:  # another file system
        return
    finally:
        os.close(descriptor)
