"""Stop what the engine has in hand: attempts that run, jobs that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from jobs.models import ComputeNode, Job, Result
from jobs.statuses import CANCEL_WAITING, JobStatus, KillReason
from specification.texts.counts import agree, counted
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
        raise Refused(
            "jobs_active",
            f"{counted(n_open, 'job')} {agree(n_open, 'is', 'are')} pending or running "
            f"in workflow {workflow_id}.",
            hint="Cancel the workflow first, or let --force do it.",
        )


def stop_for_reset(
    workflow_id: int, now: datetime, job_ids: Sequence[int] | None = None, *, force: bool
) -> None:
    """Make sure that no open attempt changes jobs that are about to be reset.

    Args:
        workflow_id: whose jobs.
        now: when it is asked for.
        job_ids: only these.
        force: stop their attempts instead of refusing.

    Raises:
        Refused: attempts are open and `force` is false.
    """
    if force:
        stop_attempts(workflow_id, now, job_ids)
    else:
        refuse_running(workflow_id, job_ids)


def stop_attempts(workflow_id: int, now: datetime, job_ids: Sequence[int] | None = None) -> int:
    """Have open attempts ended, and close at once those that no worker can have started.

    An attempt that is pending on a live worker may have a process that is not reported yet, so its
    worker ends it, within half a second: a job never has two live attempts.

    Args:
        workflow_id: whose attempts.
        now: when it is asked for.
        job_ids: only those of these jobs.

    Returns:
        how many attempts workers still have to end.
    """
    attempts = _open_attempts(workflow_id, job_ids)
    unclaimed = attempts.filter(started_at__isnull=True).exclude(
        compute_node__in=ComputeNode.objects.online(now)
    )
    closed = list(unclaimed.values_list("job_id", flat=True))
    Result.objects.filter(pk__in=list(unclaimed.values_list("pk", flat=True))).update(
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
    """Cancel the jobs that have no open attempt and have not ended; return how many.

    Args:
        workflow_id: whose jobs.
        by: the name in the reason that they get; empty leaves it out.
        job_ids: only these.
    """
    jobs = Job.objects.filter(workflow=workflow_id)
    if job_ids is not None:
        jobs = jobs.filter(pk__in=job_ids)
    canceled = _CANCELED | ({"reason": f"Canceled by {by}."} if by else {})
    return jobs.with_status(*CANCEL_WAITING.sources).update(**canceled)


def _open_attempts(workflow_id: int, job_ids: Sequence[int] | None) -> QuerySet[Result]:
    attempts = Result.objects.open().filter(workflow=workflow_id)
    return attempts if job_ids is None else attempts.filter(job__in=job_ids)
