"""Delete the results of a workflow."""

from __future__ import annotations

from collections.abc import Sequence

from jobs.models import Result
from workflows.lock import changing


def delete_results(workflow_id: int, result_ids: Sequence[int] | None = None) -> int:
    """Delete results and return how many there were; attempts that run are not touched.

    Args:
        workflow_id: whose they are.
        result_ids: which; None means those of all runs.

    Raises:
        Refused: the workflow is archived.
    """
    rows = Result.objects.ended().filter(workflow=workflow_id)
    if result_ids is not None:
        rows = rows.filter(pk__in=result_ids)
    with changing(workflow_id):
        n_rows = rows.count()
        rows.delete()
    return n_rows
