"""Predecessor sets: what jobs wait on, and which share a set."""

from __future__ import annotations

import pytest

from specification.dependencies import predecessor_sets
from tests.unit.specification.specs import edges, job_named, plan, problems


def test_jobs_that_wait_for_the_same_regex_share_one_set() -> None:
    workflow = plan(
        """
  - {name: "a_{i}", command: x, parameters: {i: "1:1000"}}
  - {name: "b_{i}", command: x, depends_on_regexes: ["^a_.*"], parameters: {i: "1:1000"}}
  - {name: end, command: x, depends_on_regexes: ["^b_"]}
"""
    )
    assert [len(members) for members in workflow.predecessor_sets] == [1000, 1000]
    assert (workflow.n_edges, workflow.n_ready) == (1_001_000, 1000)
    assert workflow.explicit_sets == [True, True]


def test_an_all_to_all_stage_through_files_has_one_set() -> None:
    workflow = plan(
        """
  - {name: "a_{i}", command: x, output_files: ["f_{i}"], parameters: {i: "1:300"}}
  - {name: "b_{i}", command: x, input_file_regexes: ["^f_"], parameters: {i: "1:300"}}
""",
        head="files: [{name: 'f_{i}', path: p, parameters: {i: '1:300'}}]",
    )
    assert [len(members) for members in workflow.predecessor_sets] == [300]
    assert workflow.n_edges == 90_000
    assert workflow.explicit_sets == [False]


def test_a_job_that_reads_a_common_and_an_own_file_waits_on_two_sets() -> None:
    workflow = plan(
        """
  - {name: config, command: x, output_files: [c]}
  - {name: "a_{i}", command: x, output_files: ["f_{i}"], parameters: {i: "1:3"}}
  - {name: "b_{i}", command: x, input_files: [c, "f_{i}"], parameters: {i: "1:3"}}
""",
        head="files: [{name: c, path: p}, {name: 'f_{i}', path: p, parameters: {i: '1:3'}}]",
    )
    assert len(workflow.predecessor_sets) == 4
    assert [len(job_named.waits_on) for job_named in workflow.jobs] == [0, 0, 0, 0, 2, 2, 2]
    assert workflow.n_edges == 6


def test_equal_sets_are_one_but_named_and_derived_ones_stay_apart() -> None:
    workflow = plan(
        """
  - {name: a, command: x, output_files: [f]}
  - {name: b, command: x, input_files: [f], depends_on: [a, a], depends_on_regexes: ["^a$"]}
""",
        head="files: [{name: f, path: p}]",
    )
    assert workflow.predecessor_sets == [(0,), (0,)]
    assert workflow.explicit_sets == [True, False]
    assert job_named(workflow, "b").waits_on == (0, 1)
    assert (edges(workflow), workflow.n_edges) == (["a -> b"], 1)


def test_a_chain_costs_one_set_per_link() -> None:
    jobs = "  - {name: j0, command: x}\n" + "".join(
        f"  - {{name: j{i}, command: x, depends_on: [j{i - 1}]}}\n" for i in range(1, 500)
    )
    workflow = plan(jobs)
    assert len(workflow.predecessor_sets) == workflow.n_edges == 499


@pytest.mark.parametrize(
    ("keys", "code", "pointer"),
    [
        ("depends_on: [first, nope]", "unknown_job", "/jobs/1/depends_on/1"),
        ("depends_on: ['no_{i}']", "unknown_job", "/jobs/1/depends_on/0"),
        ("depends_on_regexes: [first, nope]", "regex_no_match", "/jobs/1/depends_on_regexes/1"),
    ],
)
def test_a_job_that_does_not_exist_is_reported(keys: str, code: str, pointer: str) -> None:
    text = (
        "name: w\njobs:\n- {name: first, command: x}\n"
        f"- {{name: 'j_{{i}}', command: x, {keys}, parameters: {{i: '1:3'}}}}\n"
    )
    assert (problems(text)[0].code, problems(text)[0].pointer) == (code, pointer)


@pytest.mark.parametrize("limit", ["MAX_SET_MEMBERS", "MAX_WAITS"])
def test_more_dependencies_than_can_be_stored_are_refused(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predecessor_sets, limit, 20)
    stages = (
        "- {name: 'a{i}', command: x, parameters: {i: '1:21'}}\n"
        "- {name: 'b{i}', command: x, depends_on_regexes: [^a], parameters: {i: '1:21'}}\n"
    )
    (problem,) = problems(f"name: w\njobs:\n{stages}")
    assert (problem.code, problem.limit, problem.actual) == ("too_many_dependencies", 20, 21)
