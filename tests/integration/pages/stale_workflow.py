"""A workflow with jobs that a change has made stale."""

from accounts.models import User
from jobs.statuses import JobStatus
from tests.factories import make_job, make_result, make_user_data, make_workflow
from userdata.history import Author
from userdata.models import Source, UserData
from workflows.editing.user_data import revise
from workflows.models import Workflow


def stale_workflow(ann: User, n_readers: int = 2) -> tuple[Workflow, UserData]:
    """A workflow whose completed jobs have read a value that changed afterwards."""
    workflow = make_workflow(owner=ann, run_id=1)
    readers = [
        make_job(workflow, f"reader_{n}", status=JobStatus.COMPLETED, n_attempts=1)
        for n in range(n_readers)
    ]
    after = make_job(
        workflow, "after", status=JobStatus.COMPLETED, n_attempts=1, depends_on=readers
    )
    row = make_user_data(workflow, "ml_config", data="1", inputs_of=readers)
    for job in (*readers, after):
        make_result(job, opened_revision=workflow.revision)
    assert revise(row, {"data": "2"}, Author("ann", Source.PAGE))
    return workflow, row
