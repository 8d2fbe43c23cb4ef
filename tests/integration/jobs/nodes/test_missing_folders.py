"""A node without the folder of a workflow gives its jobs back, and gets no more of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.explain.why_not_running import explain
from jobs.models import ComputeNode, Job, Result
from jobs.nodes import session, sweep
from jobs.scheduling.fill import fill
from jobs.statuses import JobStatus
from tests import factories
from workflows.status.progress import progress

pytestmark = pytest.mark.django_db
GONE = "/scratch/gone"


@pytest.fixture
def job() -> Job:
    workflow = factories.make_started_workflow(submission_directory=GONE)
    return factories.make_job(workflow, "train", status=JobStatus.READY)


def test_an_attempt_that_is_given_back_leaves_no_trace_and_the_job_says_why_it_waits(
    job: Job,
) -> None:
    node = factories.make_node("lab1")
    now = timezone.now()
    (opened,) = fill(now)
    assert session.give_back(opened.plan, str(node.uid), [GONE], now) == []
    job.refresh_from_db()
    assert (job.status, job.n_attempts) == (JobStatus.READY, 0)
    assert not Result.objects.exists()
    why = f"waits for its folder: {GONE} is not there on lab1"
    assert explain([job]) == {job.pk: why}
    assert [held.why for held in progress(job.workflow).unplaceable] == [why]
    assert fill(now) == []
    session.set_missing_folders(str(node.uid), [])
    assert len(fill(now)) == 1


def test_another_node_that_has_the_folder_gets_the_job_at_once(job: Job) -> None:
    first = factories.make_node()
    now = timezone.now()
    (opened,) = fill(now)
    other = factories.make_node()
    (again,) = session.give_back(opened.plan, str(first.uid), [GONE], now) or []
    assert (again.plan.job_id, again.node_uid) == (job.pk, other.uid)


def test_an_attempt_that_is_to_be_ended_is_not_given_back(job: Job) -> None:
    node = factories.make_node()
    now = timezone.now()
    (opened,) = fill(now)
    Result.objects.update(kill_reason="canceled")
    assert session.give_back(opened.plan, str(node.uid), [GONE], now) is None
    assert Result.objects.count() == 1


def test_no_node_is_kept_clear_for_a_job_whose_folder_it_lacks(job: Job) -> None:
    now = timezone.now()
    node = factories.make_node(num_cpus=1, missing_folders=[GONE])
    busy = factories.make_job(factories.make_started_workflow(), "busy")
    factories.make_open_result(busy, node=node)
    Job.objects.filter(pk=job.pk).update(ready_at=now - timedelta(minutes=5))
    sweep.sweep(now)
    assert ComputeNode.objects.get().reserved_for_id is None


def test_a_worker_that_starts_again_looks_anew() -> None:
    node = factories.make_node(missing_folders=[GONE])
    offered = session.Capacity(1, 1 << 30, 0, ())
    session.register(str(node.uid), "next", "lab1", 1, offered, timezone.now())
    node.refresh_from_db()
    assert node.missing_folders == []
