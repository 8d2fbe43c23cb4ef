"""What the engine has to write into rows of workflows, said by jobs and done by `workflows`.

Jobs know no workflows, and the SQL that writes a table stands in the app whose table it is. But a
revision has to grow, and a workflow has to end, in the transaction that writes its jobs: a signal
or a task after the commit could be lost. So `workflows` gives its functions to `register` when
Django starts, and the engine calls them where it is: the same statements in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol


class WorkflowUpdates(Protocol):
    """The functions that `workflows` gives; all run in the caller's transaction."""

    def raise_revisions(self, workflow_ids: Iterable[int]) -> None:
        """Raise the revisions, and so hold the workflows until the end of the transaction."""

    def end_complete(self, workflow_ids: Iterable[int], now: datetime) -> None:
        """Store the end of the started workflows among these that have no unfinished job."""


_registered: list[WorkflowUpdates] = []


def register(updates: WorkflowUpdates) -> None:
    """Have the engine use these functions from now on."""
    _registered[:] = [updates]


def raise_revisions(workflow_ids: Iterable[int]) -> None:
    """Raise the revisions, and so hold the workflows until the end of the transaction."""
    _registered[0].raise_revisions(workflow_ids)


def end_complete(workflow_ids: Iterable[int], now: datetime) -> None:
    """Store the end of the started workflows among these that have no unfinished job.

    Args:
        workflow_ids: workflows that the caller holds.
        now: when they ended.
    """
    _registered[0].end_complete(workflow_ids, now)
