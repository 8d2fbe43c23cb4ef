"""Which node this is: a random id in a folder that one worker at a time holds. Knows no Django."""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path

from jobs.worker.placing import spread


class NodeIsTaken(Exception):
    """Another worker holds the node folder."""


class NodeFolder:
    """The worker's own folder: its id, its lock, its lease and the records of its attempts."""

    def __init__(self, path: Path) -> None:
        self.path = path
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
        """The record file of an attempt."""
        return self.attempts / str(result_id)

    def renew_lease(self) -> None:
        """Tell the parent that the database still counts on this node: seconds since boot."""
        draft = self.path / "lease.new"
        draft.write_text(f"{time.monotonic():.3f}")
        draft.rename(self.path / "lease")

    def drop_records(self, result_ids: list[int]) -> None:
        """Forget attempts whose ends are stored."""
        for result_id in result_ids:
            with suppress(FileNotFoundError):
                os.unlink(f"{self.attempts}/{result_id}")
