"""Canceling attempts that have no process yet: who closes them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import Job
from jobs.statuses import JobStatus, KillReason
from tests import factories
from workflows.lifecycle import lifecycle

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("silence", "is_closed"), [(0, False), (31, True)])
def test_an_unstarted_attempt_is_closed_here_only_if_its_node_is_silent(
    silence: int, is_closed: bool
) -> None:
    workflow = factories.make_started_workflow()
    node = factories.make_node(now=timezone.now() - timedelta(seconds=silence))
    job = factories.make_job(workflow, status=JobStatus.PENDING)
    attempt = factories.make_open_result(job, node=node)
    lifecycle.cancel(workflow.pk, by="ann")
    attempt.refresh_from_db()
    assert (attempt.ended_at is not None) is is_closed
    assert attempt.kill_reason == ("" if is_closed else KillReason.CANCELED)
    status = Job.objects.get(pk=job.pk).status
    assert status == (JobStatus.CANCELED if is_closed else JobStatus.PENDING)
