"""Cancel a workflow or one job: end what runs, give up what waits."""

from __future__ import annotations

from django.utils import timezone

from jobs.dependencies import recount
from jobs.dependencies.count_down import settle
from jobs.models import Job
from jobs.statuses import COMPLETE, JobStatus
from workflows import stop_attempts
from workflows.errors import Refused
from workflows.lifecycle.job_progress import unfinished_jobs
from workflows.lock import changing, note


def cancel(workflow_id: int, *, by: str, may_be_complete: bool = False) -> int:
    """End what runs and give up what waits.

    Jobs that run become canceled when their processes are gone.

    Args:
        workflow_id: the workflow.
        by: whose name the event and the reasons get.
        may_be_complete: also mark a workflow canceled whose jobs have all ended.

    Returns:
        how many jobs had not ended.

    Raises:
        Refused: there is no such workflow, it is archived, or all its jobs have ended.
    """
    now = timezone.now()
    with changing(workflow_id) as workflow:
        n_jobs = unfinished_jobs(workflow_id).count()
        has_ended = workflow.ended_at is not None and not workflow.is_canceled
        if has_ended and not n_jobs and not may_be_complete:
            detail = f"Workflow {workflow_id} is complete, so there is nothing to cancel."
            raise Refused("workflow_complete", detail)
        n_running = stop_attempts.stop_attempts(workflow_id, now)
        stop_attempts.give_up_waiting(workflow_id, by)
        recount.recompute(workflow_id, now)
        workflow.is_canceled = True
        workflow.save(update_fields=["is_canceled"])
        note(workflow, "workflow_canceled", by, n_jobs=n_jobs, n_running=n_running)
    return n_jobs


def cancel_job(job_id: int, *, by: str) -> Job:
    """End or give up one job; jobs that wait for it follow as their own flags say.

    Args:
        job_id: the job.
        by: whose name the event and the reason get.

    Returns:
        the job as it is now; one that runs is canceled later, when its process is gone.

    Raises:
        Refused: there is no such job, it has ended or is disabled, or its workflow is archived.
    """
    now = timezone.now()
    with changing(_workflow_of(job_id)) as workflow:
        job = Job.objects.select_for_update().get(pk=job_id)
        _refuse_uncancelable(job)
        stop_attempts.stop_attempts(workflow.pk, now, [job_id])
        stop_attempts.give_up_waiting(workflow.pk, by, [job_id])
        job.refresh_from_db()
        if job.status == JobStatus.CANCELED:
            settle({job_id: JobStatus.CANCELED}, now)
        note(workflow, "job_canceled", by, job_id=job_id, job_name=job.name)
    return job


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
