"""Changing one value, or bringing an old text of it back; pages and API share these calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from userdata import history
from userdata.history import Author
from userdata.models import Source, UserData
from workflows.errors import Refused
from workflows.models import Workflow


def revise(
    row: UserData,
    changes: Mapping[str, Any],
    author: Author,
    *,
    expected: int | None = None,
    restored_version: int | None = None,
) -> bool:
    """Change a value and bring `row` up to date; false if it is not the expected version any more.

    What changes nothing makes no version.

    Args:
        row: the value as it was read.
        changes: `data` as checked JSON text, `name` or `is_ephemeral`.
        author: who changes it.
        expected: the version that is replaced; None replaces whichever is there.
        restored_version: the version that the data is taken from.
    """
    if expected is not None and row.version != expected:
        return False
    if not history.differs(row, changes):
        return True
    with transaction.atomic():
        Workflow.objects.filter(pk=row.workflow_id).touch()
        versions = {"expected": expected, "restored_version": restored_version}
        return history.replace(row, changes, author, now=timezone.now(), **versions)


def restore(row: UserData, version: int, author: Author, *, expected: int | None = None) -> bool:
    """Make the text of an older version the newest; false as for `revise`.

    Raises:
        Refused: that version is not kept.
    """
    text = history.text_of(row, version)
    if text is None:
        raise version_not_found(row, version)
    restorer = replace(author, source=Source.RESTORE)
    return revise(row, {"data": text}, restorer, expected=expected, restored_version=version)


def version_not_found(row: UserData, version: int) -> Refused:
    """The answer to a question about a version that is not kept."""
    return Refused(
        "version_not_found",
        f"'{row.name}' has no version {version}, or not any more.",
        hint=f"`torc user-data history {row.pk}` lists the versions that are kept.",
        kind="missing",
    )
