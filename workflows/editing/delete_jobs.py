"""Delete jobs of a workflow."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from jobs.dependencies import recount
from jobs.models import Family, Job
from workflows import stop_attempts
from workflows.lock import changing, note
from workflows.models import Workflow

_CHUNK = 500


def delete_jobs(workflow_id: int, job_ids: Sequence[int] | None = None, *, by: str = "") -> int:
    """Delete jobs with their results and return how many; what waited for them waits no longer.

    Args:
        workflow_id: the workflow.
        job_ids: which; None means all.
        by: whose name the event gets.

    Raises:
        Refused: some of them are pending or running, or the workflow is archived.
    """
    with changing(workflow_id) as workflow:
        stop_attempts.refuse_running(workflow_id, job_ids)
        jobs = Job.objects.filter(workflow=workflow_id)
        if job_ids is not None:
            jobs = jobs.filter(pk__in=job_ids)
        rows = list(jobs.values_list("pk", "family"))
        for start in range(0, len(rows), _CHUNK):
            Job.objects.filter(pk__in=[pk for pk, _ in rows[start : start + _CHUNK]]).delete()
        _recount_families({family for _, family in rows if family is not None})
        Workflow.objects.filter(pk=workflow_id).reshaped()
        recount.recompute(workflow_id, timezone.now())
        note(workflow, "jobs_deleted", by, n_jobs=len(rows))
    return len(rows)


def _recount_families(family_ids: set[int]) -> None:
    for family in Family.objects.filter(pk__in=family_ids):
        Family.objects.filter(pk=family.pk).update(n_jobs=family.jobs.count())
