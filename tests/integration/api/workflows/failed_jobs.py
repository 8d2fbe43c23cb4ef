"""Jobs that failed for one cause, and one that was canceled because of them."""

from jobs.models import Family, Job
from jobs.statuses import JobStatus
from tests.factories import make_job, make_result
from workflows.models import Workflow

CAUSE = "used more memory than its limit"


def make_failed_jobs(workflow: Workflow, n_failed: int) -> list[Job]:
    """Give the workflow failed jobs, and one that was canceled because of the first."""
    family = Family.objects.create(workflow=workflow, position=0, label="train", n_jobs=n_failed)
    failed = [
        make_job(workflow, f"train_{n}", status=JobStatus.FAILED, family=family, n_attempts=1)
        for n in range(n_failed)
    ]
    for job in failed:
        make_result(job, return_code=137, cause=CAUSE, error_line="Killed")
    after = make_job(workflow, "post", status=JobStatus.CANCELED, depends_on=failed)
    Job.objects.filter(pk=after.pk).update(canceled_by=failed[0])
    return failed
