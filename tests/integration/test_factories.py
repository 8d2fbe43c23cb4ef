"""The factories keep the invariants that the engine relies on."""

import pytest

from jobs.models import Job
from jobs.statuses import JobStatus
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_job_counts_the_sets_that_have_an_unfinished_member() -> None:
    workflow = factories.make_workflow()
    done = factories.make_job(workflow, "done", status=JobStatus.COMPLETED)
    bad = factories.make_job(workflow, "bad", status=JobStatus.FAILED)
    ready = factories.make_job(workflow, "ready", status=JobStatus.READY)
    after_all = factories.make_job(workflow, depends_on=[done, bad, ready])
    after_done = factories.make_job(workflow, depends_on=[done])
    source = after_all.waits.get().set
    assert (source.n_remaining, source.first_bad, after_all.n_waiting) == (1, bad, 1)
    assert Job.objects.get(pk=after_done.pk).n_waiting == 0


def test_an_open_attempt_makes_its_job_pending_and_numbers_go_up() -> None:
    job = factories.make_job(factories.make_started_workflow(), status=JobStatus.READY)
    factories.make_result(job, return_code=1)
    attempt = factories.make_open_result(job, node=factories.make_node())
    assert attempt.attempt_id == 2
    assert (job.status, job.n_attempts) == (JobStatus.PENDING, 2)


def test_files_and_user_data_know_their_readers_and_writers() -> None:
    writer = factories.make_job()
    reader = factories.make_job(writer.workflow)
    file = factories.make_file(writer.workflow, outputs_of=[writer], inputs_of=[reader])
    data = factories.make_user_data(writer.workflow, outputs_of=[writer], inputs_of=[reader])
    assert [link.is_output for link in file.job_links.order_by("job_id")] == [True, False]
    assert [link.is_output for link in data.job_links.order_by("job_id")] == [True, False]
