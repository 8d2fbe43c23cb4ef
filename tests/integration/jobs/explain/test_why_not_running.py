"""Every job that is not running says why, and whom or what it waits for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from jobs.explain.why_not_running import NO_WORKER, NOT_STARTED, explain
from jobs.models import Job
from jobs.statuses import JobStatus
from tests import factories
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)
S = JobStatus


@pytest.fixture
def workflow() -> Workflow:
    return factories.make_started_workflow()


def why(job: Job) -> str:
    return explain([job], NOW).get(job.pk, "")


def blocked_by(workflow: Workflow, predecessors: Sequence[Job]) -> Job:
    return factories.make_job(workflow, status=S.BLOCKED, depends_on=predecessors)


@pytest.mark.parametrize(
    ("n_unfinished", "sentence"),
    [
        (1, "waits for t_0"),
        (2, "waits for t_0 and 1 other"),
        (4, "waits for t_0 and 3 others"),
    ],
)
def test_a_blocked_job_names_one_and_counts_the_rest(
    workflow: Workflow, n_unfinished: int, sentence: str
) -> None:
    done = factories.make_job(workflow, status=S.COMPLETED)
    open_jobs = [
        factories.make_job(workflow, f"t_{n}", status=S.READY) for n in range(n_unfinished)
    ]
    assert why(blocked_by(workflow, [done, *open_jobs])) == sentence


def test_a_predecessor_in_two_sets_counts_once(workflow: Workflow) -> None:
    a, b = (factories.make_job(workflow, name, status=S.RUNNING) for name in "ab")
    job = blocked_by(workflow, [a])
    factories.make_wait(job, [a, b], is_explicit=False)
    assert why(job) == "waits for a and 1 other"


def test_a_predecessor_that_does_not_move_is_named_first(workflow: Workflow) -> None:
    a = factories.make_job(workflow, "a", status=S.RUNNING)
    off = factories.make_job(workflow, "off", status=S.DISABLED)
    assert why(blocked_by(workflow, [a, off])) == "waits for off and 1 other: off is disabled"


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (S.FAILED, "canceled because bad failed"),
        (S.TERMINATED, "canceled because bad was terminated"),
    ],
)
def test_a_canceled_job_names_the_cause(
    workflow: Workflow, status: JobStatus, sentence: str
) -> None:
    bad = factories.make_job(workflow, "bad", status=status)
    assert why(factories.make_job(workflow, status=S.CANCELED, canceled_by=bad)) == sentence


@pytest.mark.parametrize(
    ("status", "reason", "sentence"),
    [
        (S.UNINITIALIZED, "", "not initialized"),
        (S.DISABLED, "", "disabled"),
        (S.CANCELED, "Canceled by ada.", "Canceled by ada."),
        (S.FAILED, "exit code 3", "exit code 3"),
        (S.TERMINATED, "ran longer than 60 s", "ran longer than 60 s"),
        (S.COMPLETED, "", ""),
    ],
)
def test_jobs_at_rest_say_what_was_kept(
    workflow: Workflow, status: JobStatus, reason: str, sentence: str
) -> None:
    assert why(factories.make_job(workflow, status=status, reason=reason)) == sentence


def test_a_ready_job_of_a_workflow_that_was_not_started_says_so() -> None:
    factories.make_node(now=NOW)
    assert why(factories.make_job(status=S.READY)) == NOT_STARTED


def test_without_a_worker_a_ready_job_says_how_to_start_one(workflow: Workflow) -> None:
    assert why(factories.make_job(workflow, status=S.READY)) == NO_WORKER


def test_a_job_that_waits_for_room_names_node_and_shortage(workflow: Workflow) -> None:
    node = factories.make_node("n1", now=NOW, num_cpus=8, memory_bytes=16 << 30, num_gpus=1)
    factories.make_open_result(
        factories.make_job(workflow, status=S.READY),
        node=node,
        num_cpus=6,
        memory_bytes=12 << 30,
        num_gpus=1,
        gpu_indices="0",
        started_at=NOW,
    )
    asks: dict[str, dict[str, Any]] = {
        "waits for 4 CPUs: n1 has 2 free of 8": {"num_cpus": 4},
        "waits for 1 GPU: n1 has 0 free of 1": {"num_gpus": 1},
        "waits for 8.0 GiB of memory: n1 has 4.0 GiB free": {"memory_bytes": 8 << 30},
        "about to be placed": {"num_cpus": 2},
    }
    for sentence, fields in asks.items():
        need = factories.make_requirement(workflow, **fields)
        assert why(factories.make_job(workflow, status=S.READY, requirements=need)) == sentence


def test_an_oversized_job_runs_alone_or_is_held(workflow: Workflow, settings: Settings) -> None:
    factories.make_node("n1", now=NOW, num_cpus=4)
    need = factories.make_requirement(workflow, num_gpus=2)
    job = factories.make_job(workflow, status=S.READY, requirements=need)
    settings.TORC_OVERSIZED_JOBS = "run"
    assert why(job) == "needs 2 GPUs, the node has 0: runs alone on the whole machine"
    settings.TORC_OVERSIZED_JOBS = "hold"
    held = "needs 2 GPUs, the node has 0 (n1, the largest): held, because no node can take it"
    assert why(job) == held


def test_a_tag_that_no_node_offers_is_named(workflow: Workflow) -> None:
    factories.make_node("n1", now=NOW, tags=["highmem"])
    need = factories.make_requirement(workflow, tags=["a100"])
    job = factories.make_job(workflow, status=S.READY, requirements=need)
    assert "needs a node tagged a100" in why(job)


def test_a_placed_job_names_its_node_and_a_running_one_is_silent(workflow: Workflow) -> None:
    node = factories.make_node("n1", now=NOW)
    placed, runs = (factories.make_job(workflow, status=S.READY) for _ in range(2))
    factories.make_open_result(placed, node=node)
    factories.make_open_result(runs, node=node, started_at=NOW)
    assert why(placed) == "placed on n1, about to start"
    assert why(runs) == ""


def test_a_reset_job_waits_for_its_old_attempt(workflow: Workflow) -> None:
    job = factories.make_job(workflow, status=S.READY)
    factories.make_open_result(job, node=factories.make_node("n1", now=NOW), started_at=NOW)
    Job.objects.filter(pk=job.pk).update(status=S.READY.value)
    job.refresh_from_db()
    assert why(job) == "waits for its previous attempt to end on n1"


def test_the_queries_do_not_grow_with_the_jobs(workflow: Workflow) -> None:
    factories.make_node(now=NOW, num_cpus=1)

    def n_queries(n_each: int) -> int:
        bad = factories.make_job(workflow, status=S.FAILED)
        ready = [factories.make_job(workflow, status=S.READY) for _ in range(n_each)]
        for job in ready:
            both = blocked_by(workflow, ready)
            factories.make_wait(both, [job])
            factories.make_job(workflow, status=S.CANCELED, canceled_by=bad)
        jobs = list(Job.objects.filter(workflow=workflow))
        with CaptureQueriesContext(connection) as queries:
            explain(jobs, NOW)
        return len(queries)

    assert n_queries(2) == n_queries(12) <= 10
