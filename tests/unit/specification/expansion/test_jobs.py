"""Jobs: one for each combination of parameters, or one for all."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import edges, job_named, names, plan, problems

JOBS = """
  - name: base_{i}
    command: x
    parameters: {i: "1:2"}
  - name: next_{i:02d}
    command: run {i} $((2*{i})) ${i}
    resource_requirements: r{i}
    failure_handler: h{i}
    depends_on: ["base_{i}"]
    depends_on_regexes: ["^base_{i}$"]
    input_files: ["f_{i}"]
    output_user_data: ["d_{i}"]
    env: {SEED: "{i}", FIXED: x}
    parameters: {i: "1:2"}
"""
HEAD = """
files: [{name: "f_{i}", path: "in/{i:03d}", parameters: {i: "1:2"}}]
user_data: [{name: "d_{i}", data: {seed: "{i}"}, parameters: {i: "1:2"}}]
resource_requirements:
  - {name: r1, num_cpus: 1, memory: 1g}
  - {name: r2, num_cpus: 2, memory: 1g}
failure_handlers: [{name: h1, rules: []}, {name: h2, rules: []}]
"""


def test_a_parameterized_job_is_replaced_everywhere() -> None:
    workflow = plan(JOBS, head=HEAD)
    assert names(workflow) == ["base_1", "base_2", "next_01", "next_02"]
    second = job_named(workflow, "next_02")
    assert second.command == "run 2 $((2*2)) ${i}"
    assert (second.requirement, second.failure_handler) == (1, 1)
    assert second.env == {"SEED": "2", "FIXED": "x"}
    assert second.parameters == {"i": 2}
    assert [file.path for file in workflow.files] == ["in/001", "in/002"]
    assert [value.data_text for value in workflow.user_data] == ['{"seed":"1"}', '{"seed":"2"}']
    assert second.input_files == second.output_user_data == (1,)
    assert edges(workflow) == ["base_1 -> next_01", "base_2 -> next_02"]


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ("  - {name: 'j{b}{a}', command: x, parameters: {b: '1:2', a: '[x,y]'}}",
         ["j1x", "j1y", "j2x", "j2y"]),
        ("  - {name: 'j{b}{a}', command: x, parameters: {b: '1:2', a: '[x,y]'},"
         " parameter_mode: zip}",
         ["j1x", "j2y"]),
        ("  - {name: 'j{b}{a}', command: x, use_parameters: [b, a]}", ["j7x", "j7y"]),
        ("  - {name: 'j{b}{a}', command: x, use_parameters: [a, b]}", ["j7x", "j7y"]),
        ("  - {name: 'j{b}', command: x, use_parameters: [b], parameters: {b: [1, 2]}}",
         ["j1", "j2"]),
        ("  - {name: 'j{b}', command: x}", ["j{b}"]),
        ("  - {name: 'j{i}', command: x, parameters: {i: 5}}", ["j5"]),
        ("  - {name: 'j{i}', command: x, parameters: {i: 1:3}}", ["j1", "j2", "j3"]),
        ("  - {name: 'j{i}', command: x, parameters: {i: [a, 1, 2.50, true, '01', '1:3']}}",
         ["ja", "j1", "j2.5", "jtrue", "j01", "j1:3"]),
        ("  - {name: 'j{i}', command: x, parameters: {i: '0.1:0.3:0.1'}}",
         ["j0.1", "j0.2", "j0.3"]),
        ("  - {name: 'j{i}', command: x, parameters: {i: 'http://x'}}", ["jhttp://x"]),
        ("  - {name: 'j{i}', command: x, parameters: {i: '$(id)'}}", ["j$(id)"]),
        ("  - {name: 'j{i}{k}', command: x, parameters: {i: ['{k}'], k: 1}}", ["j{k}1"]),
    ],
)  # fmt: skip
def test_names_follow_the_spec(jobs: str, expected: list[str]) -> None:
    assert names(plan(jobs, head="parameters: {a: '[x,y]', b: 7}")) == expected


def test_an_entry_whose_name_has_no_placeholder_is_one_job_with_its_lists_united() -> None:
    workflow = plan(
        """
  - {name: "a_{i}_{k}", command: x, parameters: {i: "1:2", k: "1:2"}}
  - {name: all, command: x, depends_on: ["a_{i}_{k}"], parameters: {i: "1:2", k: "1:2"}}
  - {name: "of_{i}", command: "x {i}", depends_on: ["a_{i}_{k}"], parameters: {i: "1:2", k: "1:2"}}
"""
    )
    assert names(workflow)[4:] == ["all", "of_1", "of_2"]
    assert [edge for edge in edges(workflow) if edge.endswith("of_2")] == [
        "a_2_1 -> of_2",
        "a_2_2 -> of_2",
    ]
    assert len(workflow.predecessor_sets[job_named(workflow, "all").waits_on[0]]) == 4
    assert job_named(workflow, "all").parameters == {}
    assert job_named(workflow, "of_2").parameters == {"i": 2}


@pytest.mark.parametrize(
    "content",
    ["command: 'echo {i}'", "command: x, env: {A: '{i}'}", "command: x, failure_handler: 'h{i}'"],
)
def test_such_an_entry_is_refused_if_its_expansions_differ_otherwise(content: str) -> None:
    (problem,) = problems(
        f"name: w\njobs:\n  - {{name: same, {content}, parameters: {{i: '1:3'}}}}\n"
    )
    assert (problem.code, problem.pointer) == ("duplicate_job_name", "/jobs/0/name")
    assert "3 different jobs named 'same'" in problem.detail
