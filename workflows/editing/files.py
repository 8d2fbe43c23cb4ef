"""Add and change the files of a workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from userdata.models import File, present_revision
from workflows.editing.names import refuse_used_names
from workflows.lock import changing

CONTENT = ("path", "st_mtime")
"""What makes it another file to the jobs that read it."""


def add_files(workflow_id: int, files: Sequence[File]) -> list[File]:
    """Store new files and return them with their ids.

    Raises:
        NamesRefused: a name is taken, or there twice.
        Refused: the workflow is archived.
    """
    with changing(workflow_id):
        refuse_used_names(File.objects.filter(workflow=workflow_id), [file.name for file in files])
        return File.objects.bulk_create(files, batch_size=500)


def change_file(file: File, changes: Mapping[str, Any]) -> None:
    """Change a file and bring `file` up to date; another path or time makes its readers stale.

    Args:
        file: the file as it was read.
        changes: `name`, `path` or `st_mtime`.

    Raises:
        Refused: the workflow is archived.
    """
    with changing(file.workflow_id):
        file.refresh_from_db()
        has_changed = any(
            changes.get(name, getattr(file, name)) != getattr(file, name) for name in CONTENT
        )
        revision = {"changed_revision": present_revision(File)} if has_changed else {}
        File.objects.filter(pk=file.pk).update(**changes, **revision)
    for name, value in changes.items():
        setattr(file, name, value)
