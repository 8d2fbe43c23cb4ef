"""Add values, change one, or bring an old text of it back; pages and API share these calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone

from jobs.models import JobUserData
from userdata import history
from userdata.history import Author
from userdata.models import Source, UserData
from workflows.editing.names import refuse_used_names
from workflows.errors import Refused
from workflows.lock import changing, changing_data
from workflows.models import Workflow


def add_user_data(
    workflow_id: int, values: Sequence[UserData], links: Sequence[tuple[int, bool]] = ()
) -> list[UserData]:
    """Store new values and return them with their ids.

    Args:
        workflow_id: where to.
        values: the rows to store.
        links: (job id, whether it writes the first of these values instead of reading it).

    Raises:
        NamesRefused: a name is taken, or there twice.
        Refused: the workflow is archived.
    """
    with changing(workflow_id):
        stored = UserData.objects.filter(workflow=workflow_id)
        refuse_used_names(stored, [value.name for value in values])
        added = UserData.objects.bulk_create(values, batch_size=500)
        for job_id, is_output in links:
            JobUserData.objects.create(job_id=job_id, user_data=added[0], is_output=is_output)
        if links:
            Workflow.objects.filter(pk=workflow_id).graph_changed()
    return added


def revise(
    row: UserData,
    changes: Mapping[str, Any],
    author: Author,
    *,
    expected: int | None = None,
    restored_version: int | None = None,
) -> bool:
    """Change a value, bring `row` up to date, and return whether it was the expected version.

    A change that leaves everything as it is makes no version.

    Args:
        row: the value as it was read.
        changes: `data` as checked JSON text, `name` or `is_ephemeral`.
        author: who changes it.
        expected: the version that is replaced; None replaces whichever is there.
        restored_version: the version that the data is taken from.

    Raises:
        Refused: the workflow is archived.
    """
    if expected is not None and row.version != expected:
        return False
    if not history.differs(row, changes):
        return True
    with changing_data(row.workflow_id):
        versions = {"expected": expected, "restored_version": restored_version}
        return history.replace(row, changes, author, now=timezone.now(), **versions)


def restore(row: UserData, version: int, author: Author, *, expected: int | None = None) -> bool:
    """Make the text of an older version the newest; false as for `revise`.

    Raises:
        Refused: that version is not kept, or the workflow is archived.
    """
    text = history.text_of(row, version)
    if text is None:
        raise version_not_found(row, version)
    restorer = replace(author, source=Source.RESTORE)
    return revise(row, {"data": text}, restorer, expected=expected, restored_version=version)


def version_not_found(row: UserData, version: int) -> Refused:
    """Return the refusal of a version that is not kept."""
    return Refused(
        "version_not_found",
        f"'{row.name}' has no version {version}, or not any more.",
        hint=f"`torc user-data history {row.pk}` lists the versions that are kept.",
        kind="missing",
    )
