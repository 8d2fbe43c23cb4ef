"""Add, change and delete the resource requirements of a workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jobs.models import DEFAULT_REQUIREMENT, ResourceRequirements, Result
from specification.texts.counts import agree, counted
from workflows.errors import Refused
from workflows.lock import changing


def add_requirements(workflow_id: int, **columns: Any) -> ResourceRequirements:
    """Store new resource requirements.

    Raises:
        Refused: the workflow is archived.
    """
    with changing(workflow_id):
        return ResourceRequirements.objects.create(workflow_id=workflow_id, **columns)


def change_requirements(row: ResourceRequirements, columns: Mapping[str, Any]) -> None:
    """Change resource requirements for attempts to come, and bring `row` up to date.

    Raises:
        Refused: the workflow is archived.
    """
    with changing(row.workflow_id):
        for name, value in columns.items():
            setattr(row, name, value)
        row.save(update_fields=list(columns))


def delete_requirements(workflow_id: int, ids: Sequence[int] | None = None) -> int:
    """Delete resource requirements and return how many there were.

    Args:
        workflow_id: whose they are.
        ids: which; None means all but those named `default`.

    Raises:
        Refused: a job asks for some of them, or the workflow is archived.
    """
    rows = ResourceRequirements.objects.filter(workflow=workflow_id)
    rows = rows.exclude(name=DEFAULT_REQUIREMENT) if ids is None else rows.filter(pk__in=ids)
    with changing(workflow_id):
        used = rows.filter(jobs__isnull=False).order_by("pk").first()
        if used is not None:
            raise _in_use(used)
        n_rows = rows.count()
        rows.delete()
    return n_rows


def _in_use(row: ResourceRequirements) -> Refused:
    n_jobs = row.jobs.count()
    n_open = Result.objects.open().filter(job__requirements=row).count()
    running = f", {n_open:,} of which {agree(n_open, 'runs', 'run')}" if n_open else ""
    return Refused(
        "in_use",
        f"{counted(n_jobs, 'job')} {agree(n_jobs, 'asks', 'ask')} for '{row.name}'{running}.",
        hint="Give those jobs other resource requirements first.",
    )
