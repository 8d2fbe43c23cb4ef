"""Hostile specs from the shared list of cases are answered as it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from specification.compile import plan_workflow
from specification.plan import WorkflowPlan
from specification.problems import Problem, SpecError
from tests import reference
from tests.unit.specification.specs import SHARED

LISTED = SHARED / "cases.json"


def load() -> dict[str, dict[str, Any]]:
    """Return the cases that are a spec to upload, nothing if the list is not there."""
    if not LISTED.exists():
        return {}
    cases = json.loads(LISTED.read_text())["cases"]
    kinds = ("literal", "python")
    return {
        case["id"]: case
        for case in cases
        if case.get("surface") == "spec_upload" and case["input"]["kind"] in kinds
    }


CASES = load()


def body(case: dict[str, Any]) -> str | bytes:
    """Return the text that a case uploads."""
    given = case["input"]
    text: str | bytes = given["value"] if given["kind"] == "literal" else eval(given["expr"])
    return text


def answer(case: dict[str, Any]) -> WorkflowPlan | Problem:
    """Return the plan, or the first problem."""
    try:
        return plan_workflow(body(case), filename=case.get("filename"))
    except SpecError as error:
        return error.problems[0]


@reference.needs("cases.json")
@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_case_is_answered_as_listed(name: str) -> None:
    case, expected = CASES[name], CASES[name]["expect"]
    outcome = answer(case)
    if isinstance(outcome, Problem):
        assert 422 in expected["http"] or 413 in expected["http"] or 415 in expected["http"]
        check_problem(outcome, expected)
    else:
        assert 201 in expected["http"]
        check_plan(outcome, expected)


def check_problem(problem: Problem, expected: dict[str, Any]) -> None:
    """Compare a problem with what a case expects of it."""
    assert problem.code == expected.get("code", problem.code)
    assert problem.pointer == expected.get("pointer", problem.pointer)
    assert problem.limit == expected.get("limit", problem.limit)
    for part in expected.get("detail_has", []):
        assert part in problem.detail


def check_plan(plan: WorkflowPlan, expected: dict[str, Any]) -> None:
    """Compare a plan with what a case expects of it."""
    assert len(plan.jobs) == expected.get("jobs", len(plan.jobs))
    names = [job.name for job in plan.jobs]
    assert names == expected.get("job_names", names)
    commands = {job.name: job.command for job in plan.jobs}
    assert expected.get("command_exact", {}).items() <= commands.items()
    if "rr_num_cpus" in expected:
        assert plan.requirements[0].num_cpus == expected["rr_num_cpus"]
