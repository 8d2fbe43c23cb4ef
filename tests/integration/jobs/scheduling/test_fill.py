"""Filling nodes: attempts are opened for ready jobs of active workflows that fit."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from jobs.models import ComputeNode, Job, Result
from jobs.nodes import sweep
from jobs.scheduling.attempts import load_open_attempts
from jobs.scheduling.fill import fill
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.statuses import JobStatus
from tests import factories
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)
READY = JobStatus.READY


@pytest.fixture
def workflow() -> Workflow:
    return factories.make_started_workflow()


def opened_jobs(opened: list[OpenedAttempt]) -> set[int]:
    return {attempt.plan.job_id for attempt in opened}


def test_a_ready_job_gets_an_attempt_on_a_node_with_room(workflow: Workflow) -> None:
    node = factories.make_node(num_cpus=2)
    job = factories.make_job(workflow, status=READY, command="echo hi")
    revision = workflow.revision
    (opened,) = fill(NOW)
    result = Result.objects.get(pk=opened.plan.result_id)
    assert (result.job_id, result.compute_node_id, result.attempt_id) == (job.pk, node.pk, 1)
    assert (result.command, result.incarnation, result.opened_at) == (
        "echo hi",
        node.incarnation,
        NOW,
    )
    assert opened.queue == f"cpu@{node.uid}"
    job.refresh_from_db()
    workflow.refresh_from_db()
    assert (job.status, job.n_attempts) == (JobStatus.PENDING, 1)
    assert workflow.revision == revision + 1


def test_the_plan_that_is_handed_over_is_the_one_that_the_database_tells(
    workflow: Workflow,
) -> None:
    factories.make_node(num_cpus=2, num_gpus=1)
    requirement = factories.make_requirement(workflow, num_gpus=1, enforces_memory=True)
    handler = factories.make_failure_handler(workflow, exit_codes=[3])
    fields: dict[str, Any] = {
        "requirements": requirement,
        "failure_handler": handler,
        "env": {"MODE": "fast"},
    }
    job = factories.make_job(workflow, "train", status=READY, command="echo '${a}'", **fields)
    factories.make_file(workflow, "model", outputs_of=[job])
    (opened,) = fill(NOW)
    (plan,) = load_open_attempts([opened.plan.result_id])
    assert opened.plan == plan
    assert (plan.gpu_indices, plan.env) == ("0", {"MODE": "fast"})
    assert (len(plan.rules), len(plan.outputs), plan.memory_limit is None) == (1, 1, False)


@pytest.mark.parametrize(
    "fields",
    [
        {"is_started": False},
        {"is_canceled": True},
        {"ended_at": NOW},
    ],
)
def test_only_active_workflows_are_taken_from(fields: dict[str, Any]) -> None:
    factories.make_node()
    factories.make_job(factories.make_started_workflow(**fields), status=READY)
    assert fill(NOW) == []


@pytest.mark.parametrize("fields", [{"is_active": False}, {"uid": None}, {"num_cpus": 0}])
def test_nodes_that_are_silent_or_not_ours_get_nothing(
    workflow: Workflow, fields: dict[str, Any]
) -> None:
    factories.make_node(**fields)
    factories.make_job(workflow, status=READY)
    assert fill(NOW) == []


def test_what_runs_takes_its_share(workflow: Workflow) -> None:
    node = factories.make_node(num_cpus=3)
    running = factories.make_job(workflow)
    factories.make_open_result(running, node=node, num_cpus=2, started_at=NOW)
    jobs = [factories.make_job(workflow, status=READY) for _ in range(3)]
    assert opened_jobs(fill(NOW)) == {jobs[0].pk}


def test_gpus_in_use_are_not_given_out_again(workflow: Workflow) -> None:
    node = factories.make_node(num_gpus=2)
    busy = factories.make_job(workflow)
    factories.make_open_result(busy, node=node, num_gpus=1, gpu_indices="0")
    gpu = factories.make_requirement(workflow, num_gpus=1)
    factories.make_job(workflow, status=READY, requirements=gpu)
    (opened,) = fill(NOW)
    assert Result.objects.get(pk=opened.plan.result_id).gpu_indices == "1"
    assert opened.queue == f"gpu@{node.uid}"


def test_a_job_with_an_open_attempt_is_skipped(workflow: Workflow) -> None:
    node = factories.make_node()
    job = factories.make_job(workflow)
    factories.make_open_result(job, node=node, started_at=NOW)
    Job.objects.filter(pk=job.pk).update(status=READY.value)
    assert fill(NOW) == []


def test_priorities_go_across_workflows(workflow: Workflow) -> None:
    factories.make_node(num_cpus=1)
    factories.make_job(workflow, status=READY)
    urgent = factories.make_job(factories.make_started_workflow(), status=READY, priority=5)
    assert opened_jobs(fill(NOW)) == {urgent.pk}


@pytest.mark.parametrize(
    ("options", "order"),
    [
        ({}, ["long", "large", "small"]),
        ({"jobs_sort_method": "gpus_runtime_memory"}, ["long", "large", "small"]),
        ({"jobs_sort_method": "gpus_memory_runtime"}, ["large", "long", "small"]),
        ({"jobs_sort_method": "none"}, ["small", "large", "long"]),
    ],
)
def test_jobs_are_taken_in_the_order_of_the_workflows_sort_method(
    options: dict[str, Any], order: list[str]
) -> None:
    node = factories.make_node(num_cpus=1, memory_bytes=1 << 40)
    workflow = factories.make_started_workflow(options=options)
    for name, seconds, memory in (("small", 1, 1), ("large", 5, 9), ("long", 9, 5)):
        requirement = factories.make_requirement(
            workflow, runtime_seconds=seconds, memory_bytes=memory
        )
        factories.make_job(workflow, name, status=READY, requirements=requirement)
    names = []
    while opened := fill(NOW):
        names += [attempt.plan.job_name for attempt in opened]
        Result.objects.open().filter(compute_node=node).update(ended_at=NOW)
    assert names == order


@pytest.mark.parametrize(
    ("mode", "n_nodes", "is_placed"),
    [("", 1, True), ("", 2, False), ("run", 2, True), ("hold", 1, False)],
)
def test_oversized_jobs_run_alone_or_are_held(
    workflow: Workflow, settings: Settings, mode: str, n_nodes: int, is_placed: bool
) -> None:
    settings.TORC_OVERSIZED_JOBS = mode
    for _ in range(n_nodes):
        factories.make_node(num_cpus=2)
    large = factories.make_requirement(workflow, num_cpus=100, num_gpus=2)
    factories.make_job(workflow, status=READY, requirements=large)
    opened = fill(NOW)
    assert bool(opened) is is_placed
    if is_placed:
        assert Result.objects.get().num_cpus == 2


def test_tokens_become_ids_and_paths_in_what_runs(workflow: Workflow) -> None:
    factories.make_node()
    data = factories.make_user_data(workflow, "config")
    factories.make_file(workflow, "table", path="out/t.csv")
    command = "get ${user_data.input.config} > ${files.output.table} ${HOME}"
    factories.make_job(workflow, status=READY, command=command)
    fill(NOW)
    assert Result.objects.get().command == f"get {data.pk} > out/t.csv ${{HOME}}"


def test_a_command_that_cannot_be_filled_in_fails_its_own_job_alone(workflow: Workflow) -> None:
    factories.make_node()
    factories.make_job(workflow, status=READY, command="get ${user_data.input.gone}")
    good = factories.make_job(workflow, status=READY)
    assert good.pk in opened_jobs(fill(NOW))
    broken = Result.objects.exclude(job=good).get()
    assert "exit 1" in broken.command
    assert "gone" in broken.command


@pytest.mark.parametrize("n_jobs", [2, 200])
def test_filling_costs_the_same_statements_for_any_number_of_ready_jobs(
    workflow: Workflow, n_jobs: int
) -> None:
    factories.make_node(num_cpus=2)
    for _ in range(n_jobs):
        factories.make_job(workflow, status=READY)
    with CaptureQueriesContext(connection) as queries:
        assert len(fill(NOW)) == 2
    assert len(queries) <= 8


def test_a_job_passed_over_gets_a_node_kept_clear_and_then_runs(workflow: Workflow) -> None:
    node = factories.make_node(num_cpus=4, now=NOW)
    busy = factories.make_job(workflow)
    running = factories.make_open_result(busy, node=node, num_cpus=1, started_at=NOW)
    large = factories.make_requirement(workflow, num_cpus=4)
    waiting = factories.make_job(workflow, status=READY, requirements=large)
    Job.objects.filter(pk=waiting.pk).update(ready_at=NOW - timedelta(minutes=1))
    small = factories.make_job(workflow, status=READY)
    assert sweep.sweep(NOW) == []
    assert ComputeNode.objects.get(pk=node.pk).reserved_for_id == waiting.pk
    Result.objects.filter(pk=running.pk).update(ended_at=NOW)
    assert opened_jobs(fill(NOW)) == {waiting.pk}
    assert ComputeNode.objects.get(pk=node.pk).reserved_for_id is None
    assert small.pk not in opened_jobs(fill(NOW))
