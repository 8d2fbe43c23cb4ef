"""How the files of a workflow stand on this machine, as far as their paths lead to it."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from jobs.models import ComputeNode
from userdata.file_times import store_mtimes
from workflows.models import Workflow

MTIME_GRAIN = 0.01
"""Seconds: file systems and JSON round times differently."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """How a file stands on the disk; both times are None when it is not there."""

    mtime: float | None
    changed_at: datetime | None
    """When it got this content, or came to this place: `cp -p` and `mv` keep an older mtime."""
    has_folder: bool = True
    """Its folder is there; otherwise it may well be on another machine."""
    size: int | None = None
    """In bytes, of what is there and is no folder."""

    @property
    def is_missing(self) -> bool:
        """Return whether it is not there."""
        return self.mtime is None


Sightings = Mapping[int, Sighting]
"""File id -> how it stands; files whose place this machine does not know are left out."""


def look(workflow: Workflow, files: Iterable[tuple[int, str]]) -> dict[int, Sighting]:
    """Return how files stand; slow disks make it slow, so never call it while a row is locked.

    Args:
        workflow: where relative paths begin, if its submission directory is on this machine.
        files: (id, path).
    """
    given = workflow.submission_directory
    return look_in(given if given and os.path.isdir(given) else None, files)


def look_in(folder: str | None, files: Iterable[tuple[int, str]]) -> dict[int, Sighting]:
    """Return how files stand; without a folder only those with absolute paths."""
    return {
        file_id: _sighting(os.path.join(folder or "/", path))
        for file_id, path in files
        if folder or os.path.isabs(path)
    }


def folder_of_jobs(workflow: Workflow) -> str | None:
    """Return where the jobs of a workflow run, None if it may be a folder of another machine."""
    given = workflow.submission_directory
    if given:
        return given if os.path.isdir(given) else None
    own = os.path.join(settings.TORC_DATA_DIR, "workflows", str(workflow.pk))
    others = ComputeNode.objects.own().exclude(hostname=socket.gethostname())
    return own if os.path.isdir(own) and not others.exists() else None


def remember(sightings: Sightings, *, only_new: bool = False) -> None:
    """Store the times of files as what jobs that start from now on will read.

    Args:
        sightings: what was seen.
        only_new: leave alone what had been seen before.
    """
    mtimes = (
        (file_id, sighting.mtime)
        for file_id, sighting in sightings.items()
        if sighting.mtime is not None
    )
    store_mtimes(mtimes, tolerance=MTIME_GRAIN, only_new=only_new)


def _sighting(path: str) -> Sighting:
    try:
        status = os.stat(path)
    except OSError:
        return Sighting(None, None, os.path.isdir(os.path.dirname(path)))
    size = None if stat.S_ISDIR(status.st_mode) else status.st_size
    return Sighting(status.st_mtime, datetime.fromtimestamp(status.st_ctime, UTC), size=size)
