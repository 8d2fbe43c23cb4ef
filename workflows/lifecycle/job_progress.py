"""How far the jobs of a workflow are: not at their end, or not even initialized."""

from __future__ import annotations

from jobs.models import Job
from jobs.models.job import JobQuerySet
from jobs.statuses import COMPLETE, JobStatus


def unfinished_jobs(workflow_id: int) -> JobQuerySet:
    """Return the jobs that have not ended; disabled ones never will and do not count."""
    ended = [status.value for status in (*COMPLETE, JobStatus.DISABLED)]
    return Job.objects.filter(workflow=workflow_id).exclude(status__in=ended)


def is_uninitialized(workflow_id: int) -> bool:
    """Return whether no job has been initialized; disabled ones do not count."""
    idle = (JobStatus.UNINITIALIZED.value, JobStatus.DISABLED.value)
    return not Job.objects.filter(workflow=workflow_id).exclude(status__in=idle).exists()
