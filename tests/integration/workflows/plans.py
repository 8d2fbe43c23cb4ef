"""Plans made by hand, for tests of storing that shall not depend on the reading of specs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specification.plan import (
    FailureHandlerPlan,
    FamilyEdge,
    FamilyPlan,
    FilePlan,
    JobPlan,
    RequirementPlan,
    UserDataPlan,
    WorkflowPlan,
)


def job_plan(name: str, *, family: int = 0, **fields: Any) -> JobPlan:
    """A job that needs nothing but its name."""
    values: dict[str, Any] = {
        "command": "true",
        "parameters": {},
        "requirement": None,
        "failure_handler": None,
        "priority": 0,
        "cancel_on_blocking_job_failure": True,
        "supports_termination": False,
        "env": {},
        "input_files": (),
        "output_files": (),
        "input_user_data": (),
        "output_user_data": (),
        "waits_on": (),
    }
    return JobPlan(name=name, family=family, **(values | fields))


def pipeline_plan() -> WorkflowPlan:
    """One job that writes a file and a value, two that read them, everything said once."""
    return WorkflowPlan(
        name="pipeline",
        description="three jobs",
        project="demo",
        metadata={"a": [1, None]},
        env={"SHARED": "1"},
        settings={"use_pending_failed": True},
        jobs=[
            job_plan(
                "write",
                requirement=0,
                failure_handler=0,
                priority=7,
                supports_termination=True,
                output_files=(0,),
                output_user_data=(0,),
            ),
            job_plan(
                "read_1",
                family=1,
                command="cat ${files.input.f}",
                parameters={"i": 1},
                env={"I": "1"},
                input_files=(0,),
                input_user_data=(0,),
                waits_on=(0,),
            ),
            job_plan(
                "read_2",
                family=1,
                parameters={"i": 2},
                cancel_on_blocking_job_failure=False,
                input_files=(0,),
                waits_on=(0,),
            ),
        ],
        files=[FilePlan("f", "out/f.txt")],
        user_data=[UserDataPlan("value", '{"b": 1.50, "a": 2}', True)],
        requirements=[RequirementPlan("big", 8, 1, 1, "2g", 2 << 30, "PT1H", 3600, ("a100",))],
        failure_handlers=[FailureHandlerPlan("again", [{"exit_codes": [3], "max_retries": 2}])],
        families=[FamilyPlan("write", 1, {}), FamilyPlan("read_{i}", 2, {"i": (1, 2)})],
        family_edges=[FamilyEdge(0, 1, "file", 2)],
        predecessor_sets=[(0,)],
        explicit_sets=[False],
    )


def barrier_plan(width: int) -> WorkflowPlan:
    """A stage of `width` jobs, and one of as many that wait for all of them."""
    first = [job_plan(f"a_{i}") for i in range(width)]
    second = [job_plan(f"b_{i}", family=1, waits_on=(0,)) for i in range(width)]
    families = [FamilyPlan("a_{i}", width, {}), FamilyPlan("b_{i}", width, {})]
    return WorkflowPlan(
        name="barrier",
        jobs=[*first, *second],
        families=families,
        family_edges=[FamilyEdge(0, 1, "job", width * width)],
        predecessor_sets=[tuple(range(width))],
        explicit_sets=[True],
    )


def chains_plan(lengths: Sequence[int]) -> WorkflowPlan:
    """Several chains of jobs, each link waiting for the one before."""
    jobs: list[JobPlan] = []
    sets: list[tuple[int, ...]] = []
    for number, length in enumerate(lengths):
        for link in range(length):
            waits_on: tuple[int, ...] = ()
            if link:
                waits_on = (len(sets),)
                sets.append((len(jobs) - 1,))
            jobs.append(job_plan(f"c_{number}_{link}", waits_on=waits_on))
    families = [FamilyPlan("c_{n}_{i}", len(jobs), {})]
    return WorkflowPlan(
        name="chains",
        jobs=jobs,
        families=families,
        predecessor_sets=sets,
        explicit_sets=[True] * len(sets),
    )
