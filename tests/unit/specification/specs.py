"""Short ways to plan a spec and to look at the plan."""

from __future__ import annotations

from specification.compile import plan_workflow
from specification.plan import JobPlan, WorkflowPlan
from specification.problems import Problem, SpecError
from tests import reference

HEAD = "name: w\n"
JOB = "jobs: [{name: a, command: x}]\n"
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


def job_named(workflow: WorkflowPlan, name: str) -> JobPlan:
    """Return the job of that name."""
    return next(job_named for job_named in workflow.jobs if job_named.name == name)


def names(workflow: WorkflowPlan) -> list[str]:
    """Return the names of all jobs."""
    return [job_named.name for job_named in workflow.jobs]


def edges(workflow: WorkflowPlan) -> list[str]:
    """Return all dependencies, first the job that is waited for."""
    pairs = {
        f"{workflow.jobs[member].name} -> {job_named.name}"
        for job_named in workflow.jobs
        for at in job_named.waits_on
        for member in workflow.predecessor_sets[at]
    }
    return sorted(pairs)


def reads(workflow: WorkflowPlan, name: str) -> list[str]:
    """Return the names of a job's inputs."""
    reader = job_named(workflow, name)
    data = [workflow.user_data[at].name for at in reader.input_user_data]
    return [workflow.files[at].name for at in reader.input_files] + data


def writes(workflow: WorkflowPlan, name: str) -> list[str]:
    """Return the names of a job's outputs."""
    writer = job_named(workflow, name)
    data = [workflow.user_data[at].name for at in writer.output_user_data]
    return [workflow.files[at].name for at in writer.output_files] + data


def in_job(content: str) -> str:
    """Return a spec whose only job has these further keys."""
    return f"{HEAD}jobs: [{{name: a, command: x, {content}}}]\n"


def in_list(section: str, content: str) -> str:
    """Return a spec with one job and one more section of one entry."""
    return f"{HEAD}{JOB}{section}: [{{{content}}}]\n"


def assert_mistake(text: str, code: str, pointer: str) -> None:
    """Check that a spec has one problem, reported with its code, place, sentence and hint."""
    (problem,) = problems(text)
    assert (problem.code, problem.pointer) == (code, pointer)
    assert problem.line is not None
    assert problem.column is not None
    assert problem.detail[-1] in ".?"
    assert problem.hint is not None


def assert_refused(text: str, code: str, line: int) -> None:
    """Check that a text has one problem, which keeps it from being read, at this line."""
    (problem,) = problems(text)
    assert (problem.code, problem.line) == (code, line)
    assert problem.column is not None
    assert problem.detail.endswith(".") or "?" in problem.detail
