"""Short ways to plan a spec and to look at what came of it."""

from __future__ import annotations

from specification.compile import plan_workflow
from specification.plan import JobPlan, WorkflowPlan
from specification.problems import Problem, SpecError
from tests import reference

SHARED = reference.FOLDER


def plan(jobs: str, *, head: str = "") -> WorkflowPlan:
    """Plan a workflow whose jobs are written as a flow or block list."""
    return plan_workflow(f"name: w\n{head}\njobs:\n{jobs}\n")


def problems(text: str | bytes, **how: str) -> tuple[Problem, ...]:
    """Return what is wrong with a spec."""
    try:
        plan_workflow(text, **how)  # type: ignore[arg-type]
    except SpecError as error:
        return error.problems
    raise AssertionError("the spec was accepted")


def code_of(text: str | bytes, **how: str) -> str:
    """Return the code of the first problem."""
    return problems(text, **how)[0].code


def job(found: WorkflowPlan, name: str) -> JobPlan:
    """Return the job of that name."""
    return next(one for one in found.jobs if one.name == name)


def names(found: WorkflowPlan) -> list[str]:
    """Return the names of all jobs."""
    return [one.name for one in found.jobs]


def edges(found: WorkflowPlan) -> list[str]:
    """Return all dependencies, first the job that is waited for."""
    pairs = {
        f"{found.jobs[member].name} -> {one.name}"
        for one in found.jobs
        for at in one.waits_on
        for member in found.predecessor_sets[at]
    }
    return sorted(pairs)


def reads(found: WorkflowPlan, name: str) -> list[str]:
    """Return the names of a job's inputs."""
    one = job(found, name)
    data = [found.user_data[at].name for at in one.input_user_data]
    return [found.files[at].name for at in one.input_files] + data


def writes(found: WorkflowPlan, name: str) -> list[str]:
    """Return the names of a job's outputs."""
    one = job(found, name)
    data = [found.user_data[at].name for at in one.output_user_data]
    return [found.files[at].name for at in one.output_files] + data
