"""Taking back what a run has done, so that it can be initialised again."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from database.sql import dumps, execute, ids_source
from jobs.dependencies import recount
from jobs.models import Job
from jobs.statuses import BAD, JobStatus
from workflows import stop_attempts
from workflows.lock import locked, note, refuse_archived
from workflows.models import Workflow

_FAILED = (*BAD, JobStatus.PENDING_FAILED)


def reset_status(workflow_id: int, *, force: bool = False, by: str = "") -> Workflow:
    """Make a workflow as if it had not been started; its jobs stay as they are.

    Args:
        workflow_id: the workflow.
        force: cancel what runs instead of refusing.
        by: who asked.

    Raises:
        Refused: jobs are pending or running and `force` is false, or it is archived.
    """
    now = timezone.now()
    with locked(workflow_id) as workflow:
        refuse_archived(workflow)
        stop_attempts.stop_for_reset(workflow_id, now, force=force)
        recount.recompute(workflow_id, now)
        workflow.is_canceled = workflow.is_started = False
        workflow.started_at = workflow.ended_at = None
        workflow.save(update_fields=["is_canceled", "is_started", "started_at", "ended_at"])
        note(workflow, "reset_workflow_status", by)
    return workflow


def reset_jobs(workflow_id: int, *, failed_only: bool, force: bool = False, by: str = "") -> int:
    """Make jobs uninitialized, except disabled ones; how many.

    Args:
        workflow_id: the workflow.
        failed_only: only those that ended badly and everything that waits for them.
        force: cancel what runs among them instead of refusing.
        by: who asked.

    Raises:
        Refused: some of them are pending or running and `force` is false, or it is archived.
    """
    now = timezone.now()
    with locked(workflow_id) as workflow:
        refuse_archived(workflow)
        job_ids = _failed_and_downstream(workflow_id) if failed_only else None
        stop_attempts.stop_for_reset(workflow_id, now, job_ids, force=force)
        n_reset = uninitialize(workflow_id, job_ids)
        recount.recompute(workflow_id, now)
        note(workflow, "reset_job_status", by, failed_only=failed_only, n_jobs=n_reset)
    return n_reset


def _failed_and_downstream(workflow_id: int) -> list[int]:
    failed = Job.objects.filter(workflow=workflow_id).with_status(*_FAILED)
    ids = set(failed.values_list("pk", flat=True))
    return sorted(ids.union(recount.downstream_of(workflow_id, _FAILED)))


def uninitialize(workflow_id: int, job_ids: Sequence[int] | None) -> int:
    """Make jobs uninitialized, except disabled ones; how many.

    Runs in the caller's transaction, which holds the workflow and has ended what ran of them.

    Args:
        workflow_id: the workflow.
        job_ids: which; None means all.
    """
    sql = f"""
        UPDATE jobs_job SET status = {JobStatus.UNINITIALIZED.value}, n_retries = 0, n_lost = 0,
               ready_at = NULL, canceled_by_id = NULL, reason = ''
        WHERE workflow_id = %s
          AND status NOT IN ({JobStatus.UNINITIALIZED.value}, {JobStatus.DISABLED.value})"""
    if job_ids is None:
        return execute(sql, [workflow_id])
    return execute(f"{sql} AND id IN ({ids_source()})", [workflow_id, dumps(job_ids)])
