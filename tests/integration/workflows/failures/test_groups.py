"""Failed jobs by cause: who, where, with what, and what may help."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.models import ComputeNode, Family, Job
from jobs.recording.causes import CauseKind
from jobs.statuses import JobStatus
from tests import factories
from workflows.failures.groups import Failures, group_failures
from workflows.failures.remedies import RemedyKind
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MEMORY = "used more memory than its limit"
GIB = 1 << 30


@pytest.fixture
def workflow() -> Workflow:
    return factories.make_started_workflow()


@pytest.fixture
def nodes() -> list[ComputeNode]:
    return [factories.make_node(f"n{number}") for number in range(2)]


def make_family(workflow: Workflow, label: str, **parameters: list[Any]) -> Family:
    position = Family.objects.filter(workflow=workflow).count()
    n_jobs = max([len(values) for values in parameters.values()], default=1) * 10
    return Family.objects.create(
        workflow=workflow, position=position, label=label, n_jobs=n_jobs, parameters=parameters
    )


def fail(workflow: Workflow, cause: str, **fields: Any) -> Job:
    """A job whose last attempt failed for this cause."""
    job_fields = {
        name: fields.pop(name)
        for name in ("family", "parameters", "requirements")
        if name in fields
    }
    status = fields.pop("status", JobStatus.FAILED)
    job = factories.make_job(workflow, status=status, **job_fields)
    values: dict[str, Any] = {"return_code": 1, "cause": cause, "error_line": f"{cause}!"}
    values |= {"status": JobStatus.FAILED}
    factories.make_result(job, **(values | fields))
    Job.objects.filter(pk=job.pk).update(n_attempts=job.results.count())
    return job


def test_jobs_are_counted_by_cause_with_all_that_is_known(
    workflow: Workflow, nodes: list[ComputeNode]
) -> None:
    train, post = make_family(workflow, "train"), make_family(workflow, "post")
    big = factories.make_requirement(workflow, "big", memory="8g", memory_bytes=8 * GIB)
    for number in range(4):
        fail(
            workflow,
            MEMORY,
            family=train,
            requirements=big,
            node=nodes[number % 2],
            return_code=137,
            peak_memory_bytes=(8 + number) * GIB,
            ended_at=NOW + timedelta(minutes=number),
        )
    fail(workflow, "KeyError: 'x'", family=post, node=nodes[0], return_code=2)
    failures = group_failures(workflow)
    assert (failures.n_jobs, failures.n_groups, failures.run_id) == (5, 2, 1)
    memory, key = failures.groups
    assert (memory.cause, memory.kind, memory.n_jobs) == (MEMORY, CauseKind.MEMORY, 4)
    assert [tuple(share) for share in memory.families] == [(train.pk, "train", 4)]
    assert {(share.name, share.n_jobs) for share in memory.nodes} == {("n0", 2), ("n1", 2)}
    assert memory.return_codes == {137: 4}
    assert memory.peak_memory == (8 * GIB, 11 * GIB)
    assert memory.memory == (8 * GIB, 8 * GIB)
    assert (memory.first_at, memory.last_at) == (NOW, NOW + timedelta(minutes=3))
    assert len(memory.sample_ids) == 3
    assert memory.error_line == f"{MEMORY}!"
    assert memory.remedy is not None
    assert memory.remedy.options == {"memory": "12g"}
    assert key.remedy is not None
    assert key.remedy.kind is RemedyKind.RERUN


def test_the_value_that_all_of_them_have_stands_out(workflow: Workflow) -> None:
    family = make_family(workflow, "train", lr=[0.1, 0.2, 0.3], seed=list(range(10)))
    for seed in range(10):
        fail(workflow, "boom", family=family, parameters={"lr": 0.1, "seed": seed})
    (group,) = group_failures(workflow).groups
    assert [trait.sentence for trait in group.traits] == ["all have lr=0.1"]


def test_only_the_last_attempt_of_a_job_that_is_still_failed_counts(workflow: Workflow) -> None:
    retried = fail(workflow, "first")
    factories.make_result(retried, return_code=1, cause="second")
    Job.objects.filter(pk=retried.pk).update(n_attempts=2)
    fail(workflow, "reset since", status=JobStatus.READY)
    fail(workflow, "done since", status=JobStatus.COMPLETED)
    assert [group.cause for group in group_failures(workflow).groups] == ["second"]


def test_an_earlier_run_is_judged_by_its_last_attempts(workflow: Workflow) -> None:
    job = fail(workflow, "first")
    factories.make_result(job, return_code=1, cause="second")
    Workflow.objects.update(run_id=2)
    Job.objects.update(status=JobStatus.COMPLETED, n_attempts=1)
    workflow.refresh_from_db()
    assert group_failures(workflow).groups == []
    assert [group.cause for group in group_failures(workflow, 1).groups] == ["second"]


def test_jobs_canceled_because_of_them_are_counted(workflow: Workflow) -> None:
    job = fail(workflow, "boom")
    for _ in range(3):
        factories.make_job(workflow, status=JobStatus.CANCELED, canceled_by=job)
    factories.make_job(workflow, status=JobStatus.CANCELED)
    (group,) = group_failures(workflow).groups
    assert group.n_follow_ups == 3


def test_a_missing_file_that_another_job_writes_calls_for_that_job(workflow: Workflow) -> None:
    cause = "cat: {path}: No such file or directory"
    line = "cat: /s/model_3.pt: No such file or directory"
    reader = fail(workflow, cause, error_line=line)
    factories.make_file(workflow, path="out/model_3.pt", inputs_of=[reader])
    (group,) = group_failures(workflow).groups
    assert group.remedy is not None
    assert group.remedy.kind is RemedyKind.RERUN
    assert "No job writes" in group.remedy.advice
    writer = factories.make_job(workflow)
    factories.make_file(
        workflow, "f2", path="out/model_3.pt", inputs_of=[reader], outputs_of=[writer]
    )
    (group,) = group_failures(workflow).groups
    assert group.remedy is not None
    assert group.remedy.kind is RemedyKind.UPSTREAM


def test_a_cause_that_keeps_to_one_node_names_it(
    workflow: Workflow, nodes: list[ComputeNode]
) -> None:
    for _ in range(2):
        fail(workflow, "boom", node=nodes[1])
    fail(workflow, "other", node=nodes[0])
    group = group_failures(workflow).groups[0]
    assert group.remedy is not None
    assert "n1" in group.remedy.advice


def test_a_large_group_is_sampled_fairly(
    workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.failures.queries.SAMPLE", 20)
    family = make_family(workflow, "train", lr=[0.1, 0.2, 0.3, 0.4, 0.5])
    for number in range(200):
        lr = (0.1, 0.2, 0.3, 0.4, 0.5)[number % 5]
        fail(workflow, "boom", family=family, parameters={"lr": lr})
    (group,) = group_failures(workflow).groups
    assert (group.n_jobs, group.traits) == (200, [])


def query_count(workflow: Workflow) -> tuple[int, Failures]:
    with CaptureQueriesContext(connection) as queries:
        failures = group_failures(workflow)
    return len(queries), failures


@pytest.mark.parametrize("n_causes", [2, 60])
def test_any_number_of_causes_costs_the_same_queries(
    workflow: Workflow, nodes: list[ComputeNode], n_causes: int
) -> None:
    family = make_family(workflow, "train", i=list(range(5)))
    for number in range(n_causes):
        cause = f"FileNotFoundError: {'x' * (number + 1)}"
        fail(workflow, cause, family=family, node=nodes[0], parameters={"i": 1})
    n_queries, failures = query_count(workflow)
    assert n_queries <= 8
    assert (failures.n_groups, failures.n_jobs) == (n_causes, n_causes)
    assert len(failures.groups) == min(n_causes, 50)
