"""What an end or any other change of jobs writes into workflows: the revision, and the end.

`jobs.workflow_updates` hands these functions to the engine, which calls them in its own
transactions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from database.sql import Statement, dumps, ids_source, stamp, stamp_parameter
from jobs.sql import IS_ACTIVE
from jobs.statuses import COMPLETE


def raise_revisions(workflow_ids: Iterable[int]) -> None:
    """Raise the revisions that pages and clients poll by.

    The rows are held until the end of the caller's transaction.
    """
    _raise_revisions.execute(dumps(workflow_ids))


@Statement
def _raise_revisions() -> str:
    return f"UPDATE workflows_workflow SET revision = revision + 1 WHERE id IN ({ids_source()})"


def end_complete(workflow_ids: Iterable[int], now: datetime) -> None:
    """Store the end of the started workflows among these that have no unfinished job.

    Args:
        workflow_ids: workflows that the caller holds.
        now: when they ended.
    """
    _end_complete.execute(stamp(now), dumps(workflow_ids))


@Statement
def _end_complete() -> str:
    return f"""
        UPDATE workflows_workflow AS w SET ended_at = {stamp_parameter()}
        WHERE w.id IN ({ids_source()}) AND {IS_ACTIVE} AND {_is_complete()}"""


def _is_complete() -> str:
    """SQL: no job is unfinished; two looks at the ends of an index, not one at every job."""
    first, last = min(COMPLETE).value, max(COMPLETE).value
    of_workflow = "FROM jobs_job j WHERE j.workflow_id = w.id"
    return f"""COALESCE((SELECT min(j.status) {of_workflow}), {first}) >= {first}
                AND COALESCE((SELECT max(j.status) {of_workflow}), {last}) <= {last}"""
