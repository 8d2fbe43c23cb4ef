"""Running every job of a workflow again, in a new run."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.audit import Caller, Trail, leave_entry
from jobs.models import Result
from jobs.scheduling.open_attempts import OpenedAttempt
from workflows.lifecycle import lifecycle
from workflows.lifecycle.required_inputs import check_inputs, see_inputs
from workflows.lock import locked
from workflows.models import Workflow


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that has begun."""

    n_jobs: int
    """How many jobs were reset."""
    audit_id: int | None
    opened: list[OpenedAttempt]
    """To be published after the commit."""


def begin_new_run(workflow: Workflow, *, starts: bool, caller: Caller) -> NewRun:
    """Begin a new run with every job; what still runs is ended first.

    Args:
        workflow: the workflow, not locked.
        starts: workers may take the jobs at once.
        caller: who wants it, for the audit.

    Raises:
        Refused: the workflow is archived, or an input is missing.
    """
    by = caller.actor.username
    sightings = see_inputs(workflow, with_outputs=False)
    with locked(workflow.pk) as held:
        if held.is_canceled:
            lifecycle.reset_status(held.pk, force=True, by=by)
        is_running = Result.objects.open().filter(workflow=held.pk).exists()
        n_jobs = lifecycle.reset_jobs(held.pk, failed_only=False, force=True, by=by)
        if not is_running:
            check_inputs(held, sightings, with_outputs=False)
        # The reset above has ended what ran.
        lifecycle.initialize(held.pk, force=True, sightings=sightings, by=by)
        opened = lifecycle.start(held.pk, by=by) if starts else []
        trail = Trail("rerun_workflow", held.pk, summary={"n_jobs": n_jobs, "starts": starts})
        leave_entry(caller, trail)
    return NewRun(n_jobs, trail.entry_id, opened)
