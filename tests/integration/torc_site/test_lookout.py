"""The server looks after nodes that vanished, where no worker is left to do it."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.models import Job, Lease, Result
from jobs.nodes import sweep
from jobs.statuses import JobStatus
from tests import factories
from torc_site.web_server.lookout import Lookout

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_jobs_of_a_vanished_node_do_not_stay_running_though_no_worker_is_left() -> None:
    vanished = factories.make_node(now=NOW)
    job = factories.make_job(factories.make_started_workflow(), status=JobStatus.RUNNING)
    factories.make_open_result(job, node=vanished, started_at=NOW)
    elapsed = 0.0
    lookout = Lookout(sweep.Heartbeats(lambda: elapsed))
    for elapsed in range(0, 345, 10):
        lookout.look(NOW + timedelta(seconds=elapsed))
    assert Result.objects.open().count() == 0
    assert Job.objects.get().status == JobStatus.READY
    vanished.refresh_from_db()
    assert not vanished.is_active
    assert not Lease.objects.exists(), "a worker that comes sweeps at once"


def test_the_server_leaves_the_nodes_to_a_worker_that_is_online() -> None:
    factories.make_node(now=NOW)
    assert not Lookout(sweep.Heartbeats()).look(NOW)
