"""Torc's own example specs give the numbers that Torc's documentation promises.

The specs lie outside this repository; without them the tests of single rules remain.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from specification.compile import plan_workflow
from specification.formats.read import read_document
from specification.plan import WorkflowPlan
from tests import reference
from tests.unit.specification.specs import SHARED, edges, problems

FOLDER = SHARED / "torc"
EXPECTATIONS = FOLDER / "conformance.json"

DIFFERS_ON_PURPOSE: dict[str, tuple[str, str]] = {
    "edge_09_duplicate_jobs.yaml": ("duplicate_job_name", "job names are unique"),
    "edge_12_cycle_files.yaml": ("dependency_cycle", "circles through files are reported"),
    "edge_13_self_file.yaml": ("dependency_cycle", "a job cannot wait for itself"),
    "edge_17_duplicate_depends_on.yaml": ("", "a name that is there twice counts once"),
    "edge_18_name_and_regex_overlap.yaml": ("", "a regex may match what is listed already"),
    "edge_21_integer_parameter.yaml": ("", "a number is a parameter value"),
    "edge_22_empty_list.yaml": ("empty_list", "an entry that stands for nothing is a mistake"),
    "edge_23_url_parameter.yaml": ("", "only numbers make a range"),
    "docs_parameterize_with_files_2.yaml": ("unknown_file", "files in tokens must be declared"),
}
REFUSED_TOO = {
    "edge_11_cycle_explicit.yaml": "dependency_cycle",
    "edge_14_missing_dep.yaml": "unknown_job",
    "edge_15_regex_no_match.yaml": "regex_no_match",
    "edge_16_regex_matches_self.yaml": "dependency_cycle",
    "edge_30_memory_unit.yaml": "invalid_memory",
    "edge_32_undeclared_file.yaml": "unknown_file",
}
LATER = (
    "actions",
    "slurm_schedulers",
    "slurm_defaults",
    "resource_monitor",
    "scheduler",
    "invocation_script",
    "recovery_script",
)


def load() -> list[dict[str, Any]]:
    """Return what is known of each spec, nothing if it is not there."""
    return json.loads(EXPECTATIONS.read_text()) if EXPECTATIONS.exists() else []


def uses_later_keys(value: Any) -> bool:
    """Tell whether a spec, read as plain values, uses keys that this version refuses."""
    if isinstance(value, dict):
        used = any(value.get(key) is not None for key in LATER)
        return used or any(uses_later_keys(item) for item in value.values())
    return isinstance(value, list) and any(uses_later_keys(item) for item in value)


def read(spec: str) -> bytes:
    """Return the text of one of the specs."""
    return (FOLDER / "specs" / spec).read_bytes()


def is_for_later(spec: str) -> bool:
    """Tell whether a spec needs a format or keys that are not supported yet."""
    if not spec.endswith((".yaml", ".json")):
        return True
    return uses_later_keys(read_document(read(spec)).root)


EXPECTED = {listed["spec"]: listed | listed.get("intended", {}) for listed in load()}
NOW = [spec for spec in EXPECTED if not is_for_later(spec)]
SAME = [spec for spec in NOW if spec not in DIFFERS_ON_PURPOSE and spec not in REFUSED_TOO]
needs_specs = reference.needs("torc/conformance.json")


def numbers(workflow: WorkflowPlan) -> dict[str, int]:
    """Count what the list of expectations counts."""
    return {
        "jobs": len(workflow.jobs),
        "files": len(workflow.files),
        "user_data": len(workflow.user_data),
        "edges": workflow.n_edges,
        "ready_at_start": workflow.n_ready,
        "blocked_at_start": len(workflow.jobs) - workflow.n_ready,
        "failure_handlers": len(workflow.failure_handlers),
        "resource_requirements": len(workflow.requirements) + 1,
    }


@needs_specs
@pytest.mark.parametrize("spec", SAME)
def test_a_spec_gives_the_expected_numbers_and_edges(spec: str) -> None:
    expected = EXPECTED[spec]
    workflow = plan_workflow(read(spec), filename=spec)
    counted = numbers(workflow)
    if "intended" in expected:
        counted.pop("blocked_at_start")  # counted for a reading that is not intended
    assert counted == {key: expected[key] for key in counted}
    if "edge_list" in expected:
        assert edges(workflow) == sorted(set(expected["edge_list"]))


@needs_specs
@pytest.mark.parametrize("spec", sorted(set(EXPECTED) - set(NOW)))
def test_a_spec_for_later_is_refused_by_the_name_of_what_is_missing(spec: str) -> None:
    for problem in problems(read(spec), filename=spec):
        assert problem.code in {"unsupported_key", "unsupported_spec_format", "missing_field"}
        assert "not supported yet" in problem.detail or problem.code == "missing_field"


@needs_specs
@pytest.mark.parametrize("spec", sorted(DIFFERS_ON_PURPOSE))
def test_a_spec_is_read_differently_on_purpose(spec: str) -> None:
    code, _reason = DIFFERS_ON_PURPOSE[spec]
    if code:
        assert {problem.code for problem in problems(read(spec))} == {code}
    else:
        assert plan_workflow(read(spec)).jobs


@needs_specs
@pytest.mark.parametrize("spec", sorted(REFUSED_TOO))
def test_a_spec_that_torc_refuses_is_refused_for_the_same_reason(spec: str) -> None:
    assert EXPECTED[spec]["valid"] is False
    assert problems(read(spec))[0].code == REFUSED_TOO[spec]


@needs_specs
def test_every_spec_of_the_present_formats_is_looked_at() -> None:
    assert len(EXPECTED) == 94
    assert {*SAME, *DIFFERS_ON_PURPOSE, *REFUSED_TOO} == set(NOW)
    assert len(SAME) > 30
