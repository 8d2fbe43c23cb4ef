"""Reinitializing a workflow: its stale jobs run again, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from jobs.dependencies import recount
from jobs.models import Result
from jobs.scheduling.open_attempts import OpenedAttempt
from workflows import stop_attempts
from workflows.errors import Refused
from workflows.graph import derive_dependencies
from workflows.lifecycle import lifecycle, reset
from workflows.lifecycle.files_on_disk import Sightings, remember
from workflows.lifecycle.required_inputs import check_inputs
from workflows.lock import change_to, locked, note
from workflows.models import Workflow
from workflows.stale.changed_files import see_files
from workflows.stale.stale_jobs import StaleJob, fingerprint, stale_jobs


@dataclass(frozen=True, slots=True)
class Reinitialization:
    """What a reinitialize did."""

    stale: list[StaleJob]
    """The jobs that were stale."""
    n_reset: int = 0
    """How many jobs will run again: the stale ones, and those behind them that had not ended."""
    opened: list[OpenedAttempt] = field(default_factory=list)
    """To be published after the commit."""

    @property
    def n_unended(self) -> int:
        """Return how many of the jobs that were reset had not ended, so were not stale."""
        return max(self.n_reset - len(self.stale), 0)


def reinitialize(
    workflow: Workflow,
    *,
    force: bool = False,
    starts: bool = False,
    expected: str | None = None,
    by: str = "",
) -> Reinitialization:
    """Make the stale jobs, and what follows from them, ready or blocked again.

    Args:
        workflow: the workflow, not locked.
        force: cancel what runs among those jobs, and go on without missing inputs.
        starts: start the workflow; an active one places its ready jobs in any case.
        expected: the fingerprint of the stale jobs that were agreed to.
        by: the name of the person.

    Raises:
        Refused: archived, some of the jobs run, inputs are missing, or other jobs are stale now.
    """
    sightings = see_files(workflow)
    _refuse_others(workflow, sightings, expected)
    with locked(workflow.pk) as held:
        if not (stale := _stale_now(held, sightings)):
            return Reinitialization(stale)
        with change_to(held):
            n_reset = _reset(held, stale, sightings, force=force, by=by)
            return Reinitialization(stale, n_reset, _place(held, starts=starts, by=by))


def _refuse_others(workflow: Workflow, sightings: Sightings, expected: str | None) -> None:
    """Refuse to rerun other jobs than those that were agreed to."""
    if expected is not None and fingerprint(stale_jobs(workflow, sightings)) != expected:
        raise Refused(
            "stale_jobs_changed",
            "Other jobs are stale now than the page had shown; nothing was done.",
            hint="Look again, then rerun.",
        )


def _stale_now(workflow: Workflow, sightings: Sightings) -> list[StaleJob]:
    if workflow.is_graph_stale:
        derive_dependencies.derive_dependencies(workflow.pk)
    return stale_jobs(workflow, sightings)


def _reset(
    workflow: Workflow, stale: list[StaleJob], sightings: Sightings, *, force: bool, by: str
) -> int:
    ids = [job.job_id for job in stale]
    ids = sorted({*ids, *recount.downstream_of_jobs(ids)})
    stop_attempts.stop_for_reset(workflow.pk, timezone.now(), ids, force=force)
    n_reset = reset.uninitialize(workflow.pk, ids)
    if not force:
        check_inputs(workflow, sightings, with_outputs=True)
    if not Result.objects.open().filter(workflow=workflow.pk).exists():
        remember(sightings)  # while a reader runs, the old times say that it has to run again
    if workflow.is_canceled:
        lifecycle.reset_status(workflow.pk, force=force, by=by)
    lifecycle.initialize(workflow.pk, only_uninitialized=True, sightings={}, by=by)
    note(workflow, "workflow_reinitialized", by, n_jobs=n_reset)
    return n_reset


def _place(workflow: Workflow, *, starts: bool, by: str) -> list[OpenedAttempt]:
    if starts or Workflow.objects.active().filter(pk=workflow.pk).exists():
        return lifecycle.start(workflow.pk, by=by)
    return []
