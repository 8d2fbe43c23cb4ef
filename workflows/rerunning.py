"""Running again what a run has done badly, or all of it: reset, initialise and start in one."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.models import Result
from jobs.scheduling import OpenedAttempt
from workflows import lifecycle
from workflows.locking import locked


@dataclass(frozen=True, slots=True)
class Rerun:
    """What a rerun has prepared."""

    n_jobs: int
    """How many jobs will run again."""
    opened: list[OpenedAttempt]
    """To be published after the commit."""


def rerun(workflow_id: int, *, failed_only: bool, starts: bool, by: str) -> Rerun:
    """Make jobs run again; what runs among them is canceled first.

    Args:
        workflow_id: the workflow.
        failed_only: only what ended badly and everything that waits for it, else all jobs.
        starts: start the workflow at once.
        by: who asked.

    Raises:
        Refused: archived, or an input is missing.
    """
    with locked(workflow_id) as workflow:
        if workflow.is_canceled:
            lifecycle.reset_status(workflow_id, force=True, by=by)
        is_running = Result.objects.open().filter(workflow=workflow_id).exists()
        n_jobs = lifecycle.reset_jobs(workflow_id, failed_only=failed_only, force=True, by=by)
        lifecycle.initialize(
            workflow_id,
            only_uninitialized=failed_only,
            # What still runs was told to end above; without it missing inputs are refused.
            force=is_running and not failed_only,
            by=by,
        )
        opened = lifecycle.start(workflow_id, by=by) if starts else []
    return Rerun(n_jobs, opened)
