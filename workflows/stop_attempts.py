"""Taking attempts and waiting jobs out of the engine's hands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from jobs.models import ComputeNode, Job, Result
from jobs.statuses import WAITING, JobStatus, KillReason
from workflows.errors import Refused

NEVER_STARTED = -1
"""The return code of an attempt that was canceled before it had a process."""

_CANCELED: dict[str, Any] = {
    "status": JobStatus.CANCELED.value,
    "canceled_by": None,
    "ready_at": None,
    "reason": "Canceled.",
}


def refuse_running(workflow_id: int, job_ids: Sequence[int] | None = None) -> None:
    """Refuse if attempts are open.

    Args:
        workflow_id: whose attempts.
        job_ids: only those of these jobs.

    Raises:
        Refused: the detail says how many.
    """
    n_open = _open_attempts(workflow_id, job_ids).count()
    if n_open:
        what = "1 job is" if n_open == 1 else f"{n_open} jobs are"
        raise Refused(
            "jobs_active",
            f"{what} pending or running in workflow {workflow_id}.",
            hint="Cancel the workflow first, or let --force do it.",
        )


def stop_for_reset(
    workflow_id: int, now: datetime, job_ids: Sequence[int] | None = None, *, force: bool
) -> None:
    """Make sure that no open attempt changes jobs that are about to be reset.

    Raises:
        Refused: attempts are open and `force` is false.
    """
    if force:
        stop_attempts(workflow_id, now, job_ids)
    else:
        refuse_running(workflow_id, job_ids)


def stop_attempts(workflow_id: int, now: datetime, job_ids: Sequence[int] | None = None) -> int:
    """Mark open attempts to be ended, and close those that no worker could start; how many others.

    An attempt that waits for its worker may have a process that nobody has reported yet, so its
    worker closes it, within half a second: never two live attempts of a job.
    """
    attempts = _open_attempts(workflow_id, job_ids)
    nobodys = attempts.filter(started_at__isnull=True).exclude(
        compute_node__in=ComputeNode.objects.online(now)
    )
    closed = list(nobodys.values_list("job_id", flat=True))
    Result.objects.filter(pk__in=list(nobodys.values_list("pk", flat=True))).update(
        ended_at=now,
        status=JobStatus.CANCELED.value,
        return_code=NEVER_STARTED,
        exec_seconds=0.0,
        reason="Canceled before it started.",
    )
    Job.objects.filter(pk__in=closed, status=JobStatus.PENDING.value).update(**_CANCELED)
    attempts.filter(kill_reason="").update(kill_reason=KillReason.CANCELED)
    return attempts.count()


def give_up_waiting(workflow_id: int, by: str, job_ids: Sequence[int] | None = None) -> int:
    """Cancel the jobs that have no attempt yet; how many."""
    jobs = Job.objects.filter(workflow=workflow_id)
    if job_ids is not None:
        jobs = jobs.filter(pk__in=job_ids)
    canceled = _CANCELED | ({"reason": f"Canceled by {by}."} if by else {})
    return jobs.with_status(*WAITING, JobStatus.PENDING_FAILED).update(**canceled)


def _open_attempts(workflow_id: int, job_ids: Sequence[int] | None) -> QuerySet[Result]:
    attempts = Result.objects.open().filter(workflow=workflow_id)
    return attempts if job_ids is None else attempts.filter(job__in=job_ids)
