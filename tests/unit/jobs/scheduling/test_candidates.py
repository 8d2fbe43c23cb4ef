"""The order of ready jobs: priority, then what the method of their workflow names, then age."""

import pytest

from jobs.scheduling.candidates import DEFAULT_SORT_METHOD, Candidate, SortMethod, in_order
from jobs.scheduling.need import Need

GPUS_RUNTIME_MEMORY = SortMethod.GPUS_RUNTIME_MEMORY
GPUS_MEMORY_RUNTIME = SortMethod.GPUS_MEMORY_RUNTIME
NONE = SortMethod.NONE


def candidate(
    job_id: int,
    *,
    gpus: int = 0,
    runtime: int = 0,
    memory: int = 0,
    priority: int = 0,
    workflow: int = 1,
    method: SortMethod = DEFAULT_SORT_METHOD,
) -> Candidate:
    need = Need(1, memory, gpus)
    return Candidate(job_id, need, priority, runtime, workflow, method)


def ids(*candidates: Candidate) -> list[int]:
    return [job.job_id for job in in_order(candidates)]


@pytest.mark.parametrize(
    ("method", "order"),
    [
        (GPUS_RUNTIME_MEMORY, [6, 5, 3, 4, 2, 1]),
        (GPUS_MEMORY_RUNTIME, [6, 5, 4, 3, 2, 1]),
        (NONE, [6, 1, 2, 3, 4, 5]),
    ],
)
def test_a_method_decides_among_jobs_of_equal_priority(
    method: SortMethod, order: list[int]
) -> None:
    jobs = [
        candidate(1, method=method),
        candidate(2, runtime=10, memory=10, method=method),
        candidate(3, runtime=30, memory=20, method=method),
        candidate(4, runtime=20, memory=30, method=method),
        candidate(5, gpus=1, method=method),
        candidate(6, priority=1, method=method),
    ]
    assert ids(*jobs) == order


@pytest.mark.parametrize("method", SortMethod)
def test_equal_jobs_go_by_age(method: SortMethod) -> None:
    jobs = [candidate(job_id, gpus=1, runtime=5, method=method) for job_id in (3, 1, 2)]
    assert ids(*jobs) == [1, 2, 3]


def test_priorities_count_across_workflows_whatever_their_methods() -> None:
    jobs = [
        candidate(1, gpus=4, workflow=1),
        candidate(2, priority=1, workflow=2, method=NONE),
        candidate(3, priority=2, workflow=3, method=GPUS_MEMORY_RUNTIME),
        candidate(4, priority=3, workflow=1),
    ]
    assert ids(*jobs) == [4, 3, 2, 1]


def test_each_workflow_keeps_its_own_order_among_others() -> None:
    by_age = [
        candidate(1, memory=1, workflow=1, method=NONE),
        candidate(2, gpus=8, workflow=1, method=NONE),
    ]
    by_memory = [
        candidate(3, runtime=50, memory=1, workflow=2, method=GPUS_MEMORY_RUNTIME),
        candidate(4, runtime=40, memory=9, workflow=2, method=GPUS_MEMORY_RUNTIME),
    ]
    assert ids(*by_age, *by_memory) == [4, 3, 1, 2]


@pytest.mark.parametrize(
    ("option", "method"),
    [
        (None, GPUS_RUNTIME_MEMORY),
        ("", GPUS_RUNTIME_MEMORY),
        ("gpus_runtime_memory", GPUS_RUNTIME_MEMORY),
        ("gpus_memory_runtime", GPUS_MEMORY_RUNTIME),
        ("none", NONE),
        ("no such method", GPUS_RUNTIME_MEMORY),
    ],
)
def test_a_workflow_without_a_method_has_that_of_torc(
    option: str | None, method: SortMethod
) -> None:
    assert SortMethod.of(option) is method
