"""The submission folders that a node lacks: noted when a job was to start there, until they are."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5.0


class MissingFolders:
    """Knows the folders that were not there, and looks for them again.

    Args:
        store: stores the folders that are missing now; may raise, and is called again then.
    """

    def __init__(self, store: Callable[[frozenset[str]], object]) -> None:
        self._store = store
        self.paths: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, path: str) -> None:
        """Note that a folder is not there."""
        with self._lock:
            if path not in self.paths:
                logger.warning("%s is not there: its jobs wait, or run elsewhere", path)
            self.paths |= {path}
            if self._thread is None:
                # A thread of its own: a mount that hangs must not stop the heartbeats.
                self._thread = threading.Thread(target=self._watch, name="folders", daemon=True)
                self._thread.start()

    def look(self) -> bool:
        """Look once for the folders; return whether any is still missing."""
        back = {path for path in self.paths if os.path.isdir(path)}
        with self._lock:
            self.paths -= back  # before it is stored: whoever stores after us stores this
            if back:
                self._store_without(back)
            if not self.paths:
                self._thread = None
            return bool(self.paths)

    def _store_without(self, back: set[str]) -> None:
        try:
            self._store(self.paths)
        except Exception:
            self.paths |= back
            raise
        logger.info("there again: %s", ", ".join(sorted(back)))

    def _watch(self) -> None:
        is_missing = True
        while is_missing:
            time.sleep(LOOK_SECONDS)
            try:
                is_missing = self.look()
            except Exception:
                logger.exception("cannot store which folders are there; trying again")
