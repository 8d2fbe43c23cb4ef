"""Undo what a run has done to a workflow or its jobs, so that they can be initialized again."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from jobs.dependencies import recount
from jobs.models import Job
from jobs.statuses import UNSUCCESSFUL, JobStatus
from workflows import stop_attempts
from workflows.lifecycle.never_run import jobs_of, reset_to
from workflows.lock import changing, note
from workflows.models import Workflow

_NOTHING_TO_RESET = (JobStatus.UNINITIALIZED.value, JobStatus.DISABLED.value)


def reset_status(workflow_id: int, *, force: bool = False, by: str = "") -> Workflow:
    """Make a workflow as if it had not been started; its jobs stay as they are.

    Args:
        workflow_id: the workflow.
        force: cancel what runs instead of refusing.
        by: whose name the event gets.

    Raises:
        Refused: jobs are pending or running and `force` is false, or it is archived.
    """
    now = timezone.now()
    with changing(workflow_id) as workflow:
        stop_attempts.stop_for_reset(workflow_id, now, force=force)
        recount.recompute(workflow_id, now)
        workflow.forget_start()
        note(workflow, "reset_workflow_status", by)
    return workflow


def reset_jobs(workflow_id: int, *, failed_only: bool, force: bool = False, by: str = "") -> int:
    """Make jobs uninitialized, except disabled ones; return how many were not.

    Args:
        workflow_id: the workflow.
        failed_only: only those that ended badly and everything that waits for them.
        force: cancel what runs among them instead of refusing.
        by: whose name the event gets.

    Raises:
        Refused: some of them are pending or running and `force` is false, or it is archived.
    """
    now = timezone.now()
    with changing(workflow_id) as workflow:
        job_ids = _failed_and_downstream(workflow_id) if failed_only else None
        stop_attempts.stop_for_reset(workflow_id, now, job_ids, force=force)
        n_reset = uninitialize(workflow_id, job_ids)
        recount.recompute(workflow_id, now)
        note(workflow, "reset_job_status", by, failed_only=failed_only, n_jobs=n_reset)
    return n_reset


def _failed_and_downstream(workflow_id: int) -> list[int]:
    failed = Job.objects.filter(workflow=workflow_id).with_status(*UNSUCCESSFUL)
    ids = set(failed.values_list("pk", flat=True))
    return sorted(ids.union(recount.downstream_of(workflow_id, UNSUCCESSFUL)))


def uninitialize(workflow_id: int, job_ids: Sequence[int] | None) -> int:
    """Make jobs uninitialized, except disabled ones; return how many were not.

    Runs in the caller's transaction, which holds the workflow and has ended what ran of them.

    Args:
        workflow_id: the workflow.
        job_ids: which; None means all.
    """
    jobs = jobs_of(workflow_id, job_ids).exclude(status__in=_NOTHING_TO_RESET)
    return reset_to(JobStatus.UNINITIALIZED, jobs)
