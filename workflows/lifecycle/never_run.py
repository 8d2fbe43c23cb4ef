"""Jobs as if they had never run in the present run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models.expressions import RawSQL

from database.sql import dumps, ids_source
from jobs.models import Job
from jobs.models.job import JobQuerySet
from jobs.statuses import JobStatus

NEVER_RUN: Mapping[str, Any] = {
    "n_retries": 0,
    "n_lost": 0,
    "ready_at": None,
    "canceled_by": None,
    "reason": "",
}
"""What a job that has not run has in these columns. Its attempts are kept, and their count grows
until a new run begins."""


def jobs_of(workflow_id: int, job_ids: Sequence[int] | None = None) -> JobQuerySet:
    """Return all jobs of a workflow, or those with these ids, however many there are."""
    jobs = Job.objects.filter(workflow=workflow_id)
    if job_ids is None:
        return jobs
    return jobs.filter(
        pk__in=RawSQL(ids_source(), [dumps(job_ids)])  # noqa: S611 - the ids are a parameter
    )


def reset_to(status: JobStatus, jobs: JobQuerySet, **columns: Any) -> int:
    """Give jobs a status and what jobs that have never run have; return how many they are.

    Runs in the caller's transaction, which holds the workflow and has ended what ran of them.

    Args:
        status: `uninitialized` or `blocked`; a recount makes blocked jobs ready.
        jobs: which jobs.
        columns: more to store.
    """
    return jobs.update(status=status.value, **NEVER_RUN, **columns)
