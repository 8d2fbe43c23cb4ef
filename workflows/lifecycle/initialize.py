"""Initialize: give every job its first status of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils import timezone

from jobs.dependencies import recount
from jobs.models import Job, JobUserData
from jobs.statuses import JobStatus
from userdata import history
from userdata.history import Author
from userdata.models import Source, UserData
from workflows import stop_attempts
from workflows.graph import derive_dependencies
from workflows.lifecycle.files_on_disk import Sightings, remember
from workflows.lifecycle.never_run import jobs_of, reset_to
from workflows.lifecycle.required_inputs import check_inputs, see_inputs
from workflows.lock import changing, note
from workflows.models import Workflow

_UNTOUCHED = [JobStatus.PENDING.value, JobStatus.RUNNING.value, JobStatus.DISABLED.value]


@dataclass(frozen=True, slots=True)
class Initialized:
    """What an initialize left behind."""

    n_ready: int
    n_blocked: int
    run_id: int


def initialize(
    workflow_id: int,
    *,
    only_uninitialized: bool = False,
    clear_ephemeral: bool = False,
    force: bool = False,
    missing_files: Sequence[str] = (),
    sightings: Sightings | None = None,
    by: str = "",
) -> Initialized:
    """Make jobs ready or blocked; none runs before a start.

    Args:
        workflow_id: the workflow.
        only_uninitialized: keep what has run, but not what waits for an uninitialized job;
            otherwise every job is reset and a new run begins.
        clear_ephemeral: set ephemeral user data that some job writes back to null; a new run
            does so in any case.
        force: go on with running jobs, which are canceled, and without missing inputs.
        missing_files: input files that the caller could not find on its machine.
        sightings: how files stand, from a caller that has checked all inputs itself.
        by: whose name the event gets.

    Raises:
        Refused: archived, jobs running, inputs missing, or a dependency cycle.
    """
    seen = sightings
    if seen is None:
        seen = see_inputs_first(workflow_id, only_uninitialized, missing_files, force=force)
    with changing(workflow_id) as workflow:
        if not only_uninitialized:
            stop_attempts.stop_for_reset(workflow_id, timezone.now(), force=force)
        if clear_ephemeral:
            _clear_ephemeral(workflow_id, by)
        return initialize_locked(workflow, seen, everything=not only_uninitialized, by=by)


def see_inputs_first(
    workflow_id: int,
    only_uninitialized: bool,
    missing_files: Sequence[str] = (),
    *,
    force: bool,
) -> Sightings:
    """Look at input files while nothing is locked, and refuse what would be refused anyway.

    Raises:
        Refused: as `initialize` would.
    """
    workflow = Workflow.objects.filter(pk=workflow_id, is_stored=True).first()
    if workflow is None or workflow.is_archived:
        return {}
    if not force and not only_uninitialized:
        stop_attempts.refuse_running(workflow_id)
    seen = see_inputs(workflow, with_outputs=only_uninitialized)
    if not force:
        check_inputs(workflow, seen, with_outputs=only_uninitialized, missing_files=missing_files)
    return seen


def initialize_locked(
    workflow: Workflow, seen: Sightings, *, everything: bool, by: str
) -> Initialized:
    """Initialize a workflow that the caller holds and changes.

    Args:
        workflow: the workflow.
        seen: how input files stand.
        everything: reset every job and begin a new run; otherwise what has run stays.
        by: whose name the event gets.

    Raises:
        Refused: jobs would wait for each other in a circle.
    """
    if workflow.is_graph_stale:
        derive_dependencies.derive_dependencies(workflow.pk)
    if everything and workflow.run_id:
        _clear_ephemeral(workflow.pk, by)
    remember(seen, only_new=not everything)
    _make_blocked(workflow, everything=everything)
    counts = recount.recompute(workflow.pk, timezone.now())
    _begin_run(workflow, everything=everything)
    done = Initialized(counts.n_ready, counts.n_blocked, workflow.run_id)
    note(workflow, "workflow_initialized", by, run_id=done.run_id, n_ready=done.n_ready)
    return done


def _clear_ephemeral(workflow_id: int, by: str) -> None:
    written = JobUserData.objects.filter(is_output=True, user_data=OuterRef("pk"))
    ephemeral = UserData.objects.filter(Exists(written), workflow=workflow_id, is_ephemeral=True)
    history.empty(ephemeral, Author(by, Source.RUN), timezone.now())


def _make_blocked(workflow: Workflow, *, everything: bool) -> None:
    """Give every job that is to be initialized its first status; the recount makes some ready."""
    jobs = Job.objects.filter(workflow=workflow.pk)
    if everything:
        reset_to(JobStatus.BLOCKED, jobs.exclude(status=JobStatus.DISABLED.value), n_attempts=0)
        return
    behind = jobs_of(workflow.pk, recount.downstream_of(workflow.pk, [JobStatus.UNINITIALIZED]))
    reset_to(JobStatus.BLOCKED, behind.exclude(status__in=_UNTOUCHED))
    reset_to(JobStatus.BLOCKED, jobs.with_status(JobStatus.UNINITIALIZED))


def _begin_run(workflow: Workflow, *, everything: bool) -> None:
    workflow.run_id = workflow.run_id + 1 if everything else max(workflow.run_id, 1)
    workflow.save(update_fields=["run_id"])
    if everything or not workflow.is_active:
        workflow.forget_start(keeps_cancellation=not everything)
