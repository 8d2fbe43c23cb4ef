"""What workers look after: heartbeats, silent and dead nodes, calls, leases, signing off."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.models import ComputeNode, Job, Result
from jobs.nodes import lease, session, sweep
from jobs.nodes.session import Capacity
from jobs.statuses import JobStatus
from tests import factories
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LONG_AGO = NOW - timedelta(seconds=301)


@pytest.fixture
def workflow() -> Workflow:
    return factories.make_started_workflow()


def test_a_worker_that_registers_again_keeps_its_row_and_changes_its_incarnation() -> None:
    small, large = Capacity(2, 1, 0, ()), Capacity(4, 2, 1, ("a100",))
    first = session.register("uid", "one", "host", 1, small, NOW)
    assert session.register("uid", "two", "host", 2, large, NOW) == first
    node = ComputeNode.objects.get()
    assert (node.incarnation, node.num_cpus, node.tags) == ("two", 4, ["a100"])


def test_a_silent_node_gets_nothing_more_and_keeps_its_attempts(workflow: Workflow) -> None:
    node = factories.make_node(now=NOW - timedelta(seconds=31))
    factories.make_open_result(factories.make_job(workflow), node=node, started_at=NOW)
    sweep.sweep(NOW)
    node.refresh_from_db()
    assert not node.is_active
    assert Result.objects.open().count() == 1


def test_attempts_of_a_dead_node_are_lost_and_tried_elsewhere(workflow: Workflow) -> None:
    dead = factories.make_node(now=LONG_AGO)
    alive = factories.make_node(now=NOW)
    factories.make_open_result(factories.make_job(workflow), node=dead, started_at=LONG_AGO)
    (opened,) = sweep.sweep(NOW)
    assert opened.node_uid == alive.uid
    ended = Result.objects.ended().get()
    assert (ended.return_code, ended.status) == (-128, JobStatus.TERMINATED)
    assert "silent" in ended.reason


def test_a_node_whose_clock_is_late_is_neither_silent_nor_dead(workflow: Workflow) -> None:
    late = factories.make_node(now=LONG_AGO)
    factories.make_open_result(factories.make_job(workflow), node=late, started_at=LONG_AGO)
    elapsed = 0.0
    heartbeats = sweep.Heartbeats(lambda: elapsed)
    for _ in range(20):
        elapsed += 5
        ComputeNode.objects.update(heartbeat_at=LONG_AGO + timedelta(seconds=elapsed - 1000))
        ComputeNode.objects.update(is_active=True)
        sweep.sweep(NOW, heartbeats)
    assert ComputeNode.objects.get().is_active
    assert Result.objects.open().count() == 1
    for _ in range(7):
        elapsed += 5
        sweep.sweep(NOW, heartbeats)
    assert not ComputeNode.objects.get().is_active
    assert Result.objects.open().count() == 0


def test_a_node_is_watched_for_a_while_before_its_attempts_are_lost(workflow: Workflow) -> None:
    node = factories.make_node(now=LONG_AGO)
    factories.make_open_result(factories.make_job(workflow), node=node, started_at=LONG_AGO)
    elapsed = 0.0
    heartbeats = sweep.Heartbeats(lambda: elapsed)
    for elapsed, n_open in ((0, 1), (10, 1), (20, 1), (29, 1), (31, 0)):  # noqa: B007 - read by the clock
        sweep.sweep(NOW, heartbeats)
        assert Result.objects.open().count() == n_open


def test_who_could_not_look_for_a_while_watches_anew_before_attempts_are_lost(
    workflow: Workflow,
) -> None:
    node = factories.make_node(now=LONG_AGO)
    factories.make_open_result(factories.make_job(workflow), node=node, started_at=LONG_AGO)
    elapsed = 0.0
    heartbeats = sweep.Heartbeats(lambda: elapsed)
    for elapsed in (0, 400):  # noqa: B007 - read by the clock; the database was away in between
        sweep.sweep(NOW, heartbeats)
    assert Result.objects.open().count() == 1


def test_a_heartbeat_of_an_older_incarnation_does_not_count() -> None:
    node = factories.make_node(now=LONG_AGO, is_active=False)
    assert not session.beat(node.pk, "older", NOW)
    assert session.beat(node.pk, node.incarnation, NOW)
    node.refresh_from_db()
    assert node.is_active


def test_a_node_is_called_to_end_and_to_start(workflow: Workflow) -> None:
    node = factories.make_node()
    runs = factories.make_open_result(factories.make_job(workflow), node=node, started_at=NOW)
    doomed = factories.make_open_result(
        factories.make_job(workflow), node=node, started_at=NOW, kill_reason="canceled"
    )
    forgotten = factories.make_open_result(
        factories.make_job(workflow), node=node, opened_at=LONG_AGO
    )
    fresh = factories.make_open_result(factories.make_job(workflow), node=node, opened_at=NOW)
    orders = session.orders(node.pk, NOW)
    assert orders.kills == ((doomed.pk, "canceled"),)
    assert orders.unstarted == (forgotten.pk,)
    assert {runs.pk, fresh.pk}.isdisjoint(orders.unstarted)


def test_only_the_first_kill_reason_is_kept(workflow: Workflow) -> None:
    attempt = factories.make_open_result(factories.make_job(workflow), started_at=NOW)
    assert session.commit_kill_reason(attempt.pk, "runtime")
    assert not session.commit_kill_reason(attempt.pk, "memory")


def test_signing_off_gives_back_what_was_not_started(workflow: Workflow) -> None:
    node = factories.make_node()
    running = factories.make_open_result(factories.make_job(workflow), node=node, started_at=NOW)
    taken = factories.make_open_result(factories.make_job(workflow), node=node)
    pending = factories.make_open_result(factories.make_job(workflow), node=node)
    assert session.sign_off(node.pk, node.incarnation, lambda pk: pk != taken.pk) == 1
    job = Job.objects.get(pk=pending.job_id)
    assert (job.status, job.n_attempts) == (JobStatus.READY, 0)
    assert set(Result.objects.values_list("pk", flat=True)) == {running.pk, taken.pk}
    assert not ComputeNode.objects.get().is_active


def test_one_holder_at_a_time_has_a_duty() -> None:
    assert lease.hold_lease("sweep", "a", NOW)
    assert lease.hold_lease("sweep", "a", NOW)
    assert not lease.hold_lease("sweep", "b", NOW)
    assert lease.hold_lease("sweep", "b", NOW + timedelta(minutes=1))
    assert not lease.hold_lease("sweep", "a", NOW + timedelta(minutes=1))
    assert lease.hold_lease("sweep", "a", NOW - timedelta(hours=2)), "the clock was set back"


def test_a_duty_that_is_given_back_is_free_at_once() -> None:
    assert lease.hold_lease("sweep", "a", NOW)
    lease.give_back("sweep", "b")
    assert not lease.hold_lease("sweep", "b", NOW)
    lease.give_back("sweep", "a")
    assert lease.hold_lease("sweep", "b", NOW)


def test_attempts_settled_by_others_are_named(workflow: Workflow) -> None:
    mine = factories.make_open_result(factories.make_job(workflow), started_at=NOW)
    taken = factories.make_result(factories.make_job(workflow))
    assert session.closed_among([mine.pk, taken.pk]) == [taken.pk]
