"""Entries with parameters become jobs, files and user_data."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import code_of, edges, job, names, plan, problems


def test_a_parameterised_job_is_filled_everywhere() -> None:
    found = plan(
        """
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
""",
        head="""
files: [{name: "f_{i}", path: "in/{i:03d}", parameters: {i: "1:2"}}]
user_data: [{name: "d_{i}", data: {seed: "{i}"}, parameters: {i: "1:2"}}]
resource_requirements:
  - {name: r1, num_cpus: 1, memory: 1g}
  - {name: r2, num_cpus: 2, memory: 1g}
failure_handlers: [{name: h1, rules: []}, {name: h2, rules: []}]
""",
    )
    assert names(found) == ["base_1", "base_2", "next_01", "next_02"]
    second = job(found, "next_02")
    assert second.command == "run 2 $((2*2)) ${i}"
    assert (second.requirement, second.failure_handler) == (1, 1)
    assert second.env == {"SEED": "2", "FIXED": "x"}
    assert second.parameters == {"i": 2}
    assert [one.path for one in found.files] == ["in/001", "in/002"]
    assert [one.data_text for one in found.user_data] == ['{"seed":"{i}"}'] * 2
    assert second.input_files == second.output_user_data == (1,)
    assert edges(found) == ["base_1 -> next_01", "base_2 -> next_02"]


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
         ["j0.1", "j0.2", "j0.30000000000000004"]),
        ("  - {name: 'j{i}', command: x, parameters: {i: 'http://x'}}", ["jhttp://x"]),
        ("  - {name: 'j{i}', command: x, parameters: {i: '$(id)'}}", ["j$(id)"]),
        ("  - {name: 'j{i}{k}', command: x, parameters: {i: ['{k}'], k: 1}}", ["j{k}1"]),
    ],
)  # fmt: skip
def test_names_follow_the_spec(jobs: str, expected: list[str]) -> None:
    assert names(plan(jobs, head="parameters: {a: '[x,y]', b: 7}")) == expected


def test_an_entry_whose_name_has_no_placeholder_is_one_job_with_its_lists_united() -> None:
    found = plan(
        """
  - {name: "a_{i}_{k}", command: x, parameters: {i: "1:2", k: "1:2"}}
  - {name: all, command: x, depends_on: ["a_{i}_{k}"], parameters: {i: "1:2", k: "1:2"}}
  - {name: "of_{i}", command: "x {i}", depends_on: ["a_{i}_{k}"], parameters: {i: "1:2", k: "1:2"}}
"""
    )
    assert names(found)[4:] == ["all", "of_1", "of_2"]
    assert [edge for edge in edges(found) if edge.endswith("of_2")] == [
        "a_2_1 -> of_2",
        "a_2_2 -> of_2",
    ]
    assert len(found.predecessor_sets[job(found, "all").waits_on[0]]) == 4
    assert job(found, "all").parameters == {}
    assert job(found, "of_2").parameters == {"i": 2}


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


def test_files_without_a_placeholder_in_their_name_are_one_if_they_are_equal() -> None:
    one = "[{name: f, path: p, parameters: {i: '1:3'}}]"
    assert len(plan("  []", head=f"files: {one}").files) == 1
    several = "[{name: f, path: 'p{i}', parameters: {i: '1:3'}}]"
    assert code_of(f"name: w\nfiles: {several}\njobs: []\n") == "duplicate_file_name"


@pytest.mark.parametrize(
    ("jobs", "code"),
    [
        ("- {name: 'a{i}', command: x, parameters: {i: '1:60000'}}\n"
         "- {name: 'b{i}', command: x, parameters: {i: '1:60000'}}", "too_many_jobs"),
        ("- {name: 'a{a}{b}{c}', command: x, parameters: {a: '1:1000', b: '1:1000', c: '1:1000'}}",
         "too_many_expansions"),
        ("- {name: 'a{i:0999999999d}', command: x, parameters: {i: '1:2'}}",
         "format_width_too_large"),
        ("- {name: 'a{i}', command: 'x {i:q}', parameters: {i: '1:2'}}", "invalid_format"),
        ("- {name: 'a{i}', command: x, parameters: {i: ['']}}\n- {name: a, command: x}",
         "duplicate_job_name"),
        ("- {name: '{i}', command: x, parameters: {i: [a, '']}}", "name_empty"),
        ("- {name: 'a{i:064d}{i:064d}{i:064d}{i:064d}', command: x, parameters: {i: '1:2'}}",
         "name_too_long"),
        ("- {name: 'a{i}', command: '{i}', parameters: {i: [a, '']}}", "command_empty"),
        *[("\n".join(f"- {{name: a{n}, command: x, parameters: {{i: '1:100000'}}}}"
           for n in range(11)), "too_many_expansions")],
    ],
)  # fmt: skip
def test_too_much_is_counted_before_it_is_made(jobs: str, code: str) -> None:
    assert code_of(f"name: w\njobs:\n{jobs}\n") == code


def test_too_many_files_and_user_data_are_refused() -> None:
    for section, count in (("files", 3), ("user_data", 2)):
        path = ", path: p" if section == "files" else ""
        entries = ", ".join(
            f"{{name: 'f{n}_{{i}}'{path}, parameters: {{i: '1:90000'}}}}" for n in range(count)
        )
        text = f"name: w\njobs: []\n{section}: [{entries}]\n"
        assert code_of(text) == f"too_many_{section}"


def test_all_user_data_together_is_limited() -> None:
    data = "x" * 700_000
    text = (
        "name: w\njobs: []\nuser_data:\n"
        f"- {{name: 'd{{i}}', data: {data}, parameters: {{i: '1:100'}}}}\n"
    )
    assert code_of(text) == "too_much_user_data"
