"""What a person does with a whole workflow: initialize, start, cancel, archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from database.sql import fetch
from jobs.dependencies import recount
from jobs.dependencies.count_down import settle
from jobs.models import Job, JobUserData
from jobs.models.job import JobQuerySet
from jobs.scheduling.fill import fill
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.statuses import COMPLETE, JobStatus
from userdata import history
from userdata.history import Author
from userdata.models import Source, UserData
from workflows import stop_attempts
from workflows.creation.delete import delete
from workflows.errors import Refused
from workflows.graph import derive_dependencies
from workflows.lifecycle.files_on_disk import Sightings, remember
from workflows.lifecycle.required_inputs import check_inputs, see_inputs
from workflows.lifecycle.reset import reset_jobs, reset_status
from workflows.lock import lock_workflow, locked, note, refuse_archived
from workflows.models import Workflow

__all__ = [
    "Initialized",
    "Refused",
    "archive",
    "cancel",
    "cancel_job",
    "delete",
    "initialize",
    "reset_jobs",
    "reset_status",
    "start",
]

_FRESH: dict[str, Any] = {
    "status": JobStatus.BLOCKED.value,
    "n_retries": 0,
    "n_lost": 0,
    "ready_at": None,
    "canceled_by": None,
    "reason": "",
}

_UNTOUCHED = [JobStatus.PENDING.value, JobStatus.RUNNING.value, JobStatus.DISABLED.value]
_CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Initialized:
    """What an initialise left behind."""

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
        by: who asked.

    Raises:
        Refused: archived, jobs running, inputs missing, or a dependency cycle.
    """
    seen = sightings
    if seen is None:
        seen = _look_first(workflow_id, only_uninitialized, missing_files, force=force)
    with locked(workflow_id) as workflow:
        refuse_archived(workflow)
        if not only_uninitialized:
            stop_attempts.stop_for_reset(workflow_id, timezone.now(), force=force)
        if clear_ephemeral:
            _clear_ephemeral(workflow_id, by)
        return _initialize(workflow, seen, everything=not only_uninitialized, by=by)


def start(workflow_id: int, *, force: bool = False, by: str = "") -> list[OpenedAttempt]:
    """Let workers take the ready jobs; what was opened is to be published after the commit.

    Initialises first when no job is initialised; a workflow that runs is left running.

    Args:
        workflow_id: the workflow.
        force: initialise even if inputs are missing.
        by: who asked.

    Raises:
        Refused: archived, canceled, or the initialise it needs is refused.
    """
    seen: Sightings = {}
    if _is_uninitialized(workflow_id):
        seen = _look_first(workflow_id, only_uninitialized=False, force=force)
    with locked(workflow_id) as workflow:
        refuse_archived(workflow)
        if workflow.is_canceled:
            raise Refused(
                "workflow_canceled",
                f"Workflow {workflow_id} was canceled.",
                hint=f"Run `torc workflows reset-status {workflow_id}`, then start it again.",
            )
        if not workflow.is_active and _is_uninitialized(workflow_id):
            _initialize(workflow, seen, everything=True, by=by)
        if not workflow.is_active and _has_work(workflow):
            _mark_started(workflow, by)
        return fill(timezone.now())


def cancel(workflow_id: int, *, by: str) -> int:
    """End what runs and give up what waits; how many jobs that concerns.

    Running jobs become canceled when their processes are gone.
    """
    now = timezone.now()
    with locked(workflow_id) as workflow:
        n_jobs = _unfinished(workflow_id).count()
        n_running = stop_attempts.stop_attempts(workflow_id, now)
        stop_attempts.give_up_waiting(workflow_id, by)
        recount.recompute(workflow_id, now)
        workflow.is_canceled = True
        workflow.save(update_fields=["is_canceled"])
        note(workflow, "workflow_canceled", by, n_jobs=n_jobs, n_running=n_running)
    return n_jobs


def cancel_job(job_id: int, *, by: str) -> Job:
    """End or give up one job; what waits for it follows as its flag says.

    Raises:
        Refused: there is no such job, or it cannot be canceled any more.
    """
    now = timezone.now()
    with transaction.atomic():
        workflow = lock_workflow(_workflow_of(job_id))
        job = Job.objects.select_for_update().get(pk=job_id)
        _refuse_uncancelable(job)
        stop_attempts.stop_attempts(workflow.pk, now, [job_id])
        stop_attempts.give_up_waiting(workflow.pk, by, [job_id])
        job.refresh_from_db()
        if job.status == JobStatus.CANCELED:
            settle({job_id: JobStatus.CANCELED}, now)
        note(workflow, "job_canceled", by, job_id=job_id, job_name=job.name)
    return job


def archive(workflow_id: int, *, is_archived: bool = True, by: str = "") -> Workflow:
    """Put a workflow away, or take it out again; only what rests can be put away.

    Raises:
        Refused: jobs of it are pending or running.
    """
    with locked(workflow_id) as workflow:
        if is_archived:
            stop_attempts.refuse_running(workflow_id)
        workflow.is_archived = is_archived
        workflow.save(update_fields=["is_archived"])
        note(workflow, "workflow_archived" if is_archived else "workflow_unarchived", by)
    return workflow


def _look_first(
    workflow_id: int,
    only_uninitialized: bool,
    missing_files: Sequence[str] = (),
    *,
    force: bool,
) -> Sightings:
    """Look at files while nothing is locked, and refuse what would be refused anyway."""
    workflow = Workflow.objects.filter(pk=workflow_id, is_stored=True).first()
    if workflow is None or workflow.is_archived:
        return {}
    if not force and not only_uninitialized:
        stop_attempts.refuse_running(workflow_id)
    seen = see_inputs(workflow, with_outputs=only_uninitialized)
    if not force:
        check_inputs(workflow, seen, with_outputs=only_uninitialized, missing_files=missing_files)
    return seen


def _initialize(workflow: Workflow, seen: Sightings, *, everything: bool, by: str) -> Initialized:
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


def _is_uninitialized(workflow_id: int) -> bool:
    """No job has been initialised; switched-off ones do not count."""
    idle = f"{JobStatus.UNINITIALIZED.value}, {JobStatus.DISABLED.value}"
    sql = f"SELECT 1 FROM jobs_job WHERE workflow_id = %s AND status NOT IN ({idle}) LIMIT 1"
    return not fetch(sql, [workflow_id])


def _refuse_uncancelable(job: Job) -> None:
    status = JobStatus(job.status)
    if status in COMPLETE or status is JobStatus.DISABLED:
        detail = f"Job '{job.name}' is {status.word}, so there is nothing to cancel."
        raise Refused("job_not_cancelable", detail)


def _workflow_of(job_id: int) -> int:
    workflow_id = Job.objects.filter(pk=job_id).values_list("workflow_id", flat=True).first()
    if workflow_id is None:
        raise Refused("job_not_found", f"There is no job {job_id}.", kind="missing")
    return workflow_id


def _clear_ephemeral(workflow_id: int, by: str) -> None:
    written = JobUserData.objects.filter(is_output=True, user_data=OuterRef("pk"))
    ephemeral = UserData.objects.filter(Exists(written), workflow=workflow_id, is_ephemeral=True)
    history.empty(ephemeral, Author(by, Source.RUN), timezone.now())


def _make_blocked(workflow: Workflow, *, everything: bool) -> None:
    """Give every job to be initialised its first status; the recount makes some ready."""
    jobs = Job.objects.filter(workflow=workflow.pk)
    if everything:
        jobs.exclude(status=JobStatus.DISABLED.value).update(n_attempts=0, **_FRESH)
        return
    late = recount.downstream_of(workflow.pk, [JobStatus.UNINITIALIZED])
    for at in range(0, len(late), _CHUNK):
        chunk = jobs.filter(pk__in=late[at : at + _CHUNK])
        chunk.exclude(status__in=_UNTOUCHED).update(**_FRESH)
    jobs.with_status(JobStatus.UNINITIALIZED).update(**_FRESH)


def _begin_run(workflow: Workflow, *, everything: bool) -> None:
    workflow.run_id = workflow.run_id + 1 if everything else max(workflow.run_id, 1)
    if everything or not workflow.is_active:
        workflow.is_started, workflow.started_at, workflow.ended_at = False, None, None
    if everything:
        workflow.is_canceled = False
    fields = ["run_id", "is_started", "started_at", "ended_at", "is_canceled"]
    workflow.save(update_fields=fields)


def _has_work(workflow: Workflow) -> bool:
    """Something is left to do, or there never was anything."""
    return not workflow.is_started or _unfinished(workflow.pk).exists()


def _unfinished(workflow_id: int) -> JobQuerySet:
    ended = [*COMPLETE, JobStatus.DISABLED]
    return Job.objects.filter(workflow=workflow_id).exclude(status__in=ended)


def _mark_started(workflow: Workflow, by: str) -> None:
    now = timezone.now()
    workflow.is_started, workflow.started_at, workflow.ended_at = True, now, None
    workflow.save(update_fields=["is_started", "started_at", "ended_at"])
    note(workflow, "workflow_started", by, run_id=workflow.run_id)
