"""Running again what is stale, and only that."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from jobs.dependencies import recount
from jobs.models import Result
from jobs.scheduling.open_attempts import OpenedAttempt
from workflows import stop_attempts
from workflows.graph import derive_dependencies
from workflows.lifecycle import lifecycle, reset
from workflows.lifecycle.files_on_disk import Sightings, remember
from workflows.lifecycle.required_inputs import check_inputs
from workflows.lock import change_to, locked, note, workflow_not_found
from workflows.models import Workflow
from workflows.stale.changed_files import see_files
from workflows.stale.stale_jobs import StaleJob, stale_jobs


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
    workflow_id: int,
    *,
    dry_run: bool = False,
    force: bool = False,
    starts: bool = False,
    by: str = "",
) -> Reinitialization:
    """Make the stale jobs, and what follows from them, ready or blocked again.

    Failed jobs are left as they are unless what they used has changed.

    Args:
        workflow_id: the workflow.
        dry_run: only find the stale jobs; nothing changes.
        force: cancel what runs among those jobs, and go on without missing inputs.
        starts: start the workflow; an active one places its ready jobs in any case.
        by: the name of the person.

    Raises:
        Refused: archived, some of the jobs are pending or running, or inputs are missing.
    """
    unlocked = _stored(workflow_id)
    sightings = see_files(unlocked)
    if dry_run:
        return Reinitialization(stale_jobs(unlocked, sightings))
    with locked(workflow_id) as workflow:
        stale = _stale_now(workflow, sightings)
        if not stale:
            return Reinitialization([])
        with change_to(workflow):
            n_reset = _reset(workflow, stale, sightings, force=force, by=by)
            opened = _place_ready_jobs(workflow, starts=starts, by=by)
    return Reinitialization(stale, n_reset, opened)


def _stored(workflow_id: int) -> Workflow:
    workflow = Workflow.objects.filter(pk=workflow_id, is_stored=True).first()
    if workflow is None:
        raise workflow_not_found(workflow_id)
    return workflow


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


def _place_ready_jobs(workflow: Workflow, *, starts: bool, by: str) -> list[OpenedAttempt]:
    if starts or Workflow.objects.active().filter(pk=workflow.pk).exists():
        return lifecycle.start(workflow.pk, by=by)
    return []
