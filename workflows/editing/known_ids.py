"""Whether ids that a client names are of the workflow that it changes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from workflows.errors import Refused

_CHUNK = 500


def refuse_unknown(
    model: type[models.Model], workflow_id: int, field_name: str, ids: Iterable[int]
) -> None:
    """Refuse ids of rows that are not in the workflow, those of other workflows like missing ones.

    Args:
        model: of the rows.
        workflow_id: where they have to be.
        field_name: the field of the request that names them.
        ids: their ids.

    Raises:
        Refused: the detail names the first of them.
    """
    wanted = sorted(set(ids))
    known: set[int] = set()
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        rows = model._default_manager.filter(workflow=workflow_id, pk__in=chunk)
        known.update(rows.values_list("pk", flat=True))
    unknown = next((pk for pk in wanted if pk not in known), None)
    if unknown is not None:
        noun = model._meta.verbose_name
        detail = f"Workflow {workflow_id} has no {noun} {unknown}, named by {field_name}."
        raise Refused("unknown_reference", detail, kind="invalid")
