"""Inputs and outputs: lists, patterns and tokens, merged."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import edges, job_named, names, plan, problems, reads, writes

TUTORIAL = """
  - name: generate_config
    command: torc user-data update ${user_data.output.ml_config} --data 1
  - name: train_model
    command: |
      torc user-data get ${user_data.input.ml_config}
      # python train.py --config="${user_data.input.ml_config}"
  - name: evaluate_model
    command: torc user-data get ${user_data.input.ml_config}
"""
COLLECT = """
  - name: worker_{i}
    command: torc user-data update ${user_data.output.result_{i}} --data "$RESULT"
    parameters: {i: "1:10"}
  - name: aggregate
    command: for i in $(seq 1 10); do torc user-data get ${user_data.input.result_$i}; done
"""


@pytest.mark.parametrize("head", ["user_data: [{name: ml_config, data: null}]", ""])
def test_a_token_is_a_dependency_whatever_the_data_and_whoever_declares_it(head: str) -> None:
    workflow = plan(TUTORIAL, head=head)
    assert [(value.name, value.data_text) for value in workflow.user_data] == [
        ("ml_config", "null")
    ]
    assert edges(workflow) == [
        "generate_config -> evaluate_model",
        "generate_config -> train_model",
    ]
    assert workflow.n_ready == 1


def test_a_shell_variable_in_an_input_name_means_all_that_match() -> None:
    workflow = plan(COLLECT, head="user_data: [{name: other_1}, {name: result}]")
    assert len(workflow.user_data) == 12
    assert reads(workflow, "aggregate") == [f"result_{i}" for i in range(1, 11)]
    assert workflow.n_edges == 10
    assert workflow.jobs[-1].command.count("${user_data.input.result_$i}") == 1


def test_a_shell_variable_in_braces_means_the_same_unless_it_is_a_parameter() -> None:
    workflow = plan(COLLECT.replace("result_$i}", "result_${i}}"))
    assert len(reads(workflow, "aggregate")) == 10
    jobs = COLLECT.replace("result_$i}", "result_${i}}").replace("aggregate", "pick_{i}")
    workflow = plan(jobs + "    parameters: {i: '3:4'}")
    assert reads(workflow, "pick_3") == ["result_3"]


def test_a_pattern_leaves_out_what_the_job_itself_writes() -> None:
    jobs = COLLECT.replace("; done", "; done; set ${user_data.output.result_all}")
    workflow = plan(jobs)
    assert len(reads(workflow, "aggregate")) == 10
    assert writes(workflow, "aggregate") == ["result_all"]


def test_tokens_and_lists_and_patterns_are_merged_each_name_once() -> None:
    workflow = plan(
        """
  - name: a
    command: cat ${files.input.f1} ${files.input.f3} ${files.input.f1}
    input_files: [f3, f2]
    input_file_regexes: ["^f[12]$"]
    output_files: [o]
    output_user_data: [d1]
    output_user_data_regexes: ["^d"]
  - name: b
    command: get ${user_data.input.made}
    input_user_data_regexes: [made]
  - name: c
    command: x
    output_user_data: [made]
    output_file_regexes: [f1]
""",
        head="""
files: [{name: f1, path: p}, {name: f2, path: p}, {name: f3, path: p}, {name: o, path: p}]
user_data: [{name: d1}, {name: d2}]
""",
    )
    assert reads(workflow, "a") == ["f3", "f2", "f1"]
    assert writes(workflow, "a") == ["o", "d1", "d2"]
    assert reads(workflow, "b") == ["made"]
    assert edges(workflow) == ["c -> a", "c -> b"]


def test_an_input_that_is_declared_and_written_by_nobody_is_no_dependency() -> None:
    jobs = "  - {name: a, command: 'get ${user_data.input.d}', input_files: [f]}"
    workflow = plan(jobs, head="user_data: [{name: d}]\nfiles: [{name: f, path: p}]")
    assert (reads(workflow, "a"), workflow.n_ready) == (["f", "d"], 1)


def test_several_producers_all_count() -> None:
    workflow = plan(
        """
  - {name: a, command: x, output_files: [f]}
  - {name: b, command: x, output_files: [f]}
  - {name: c, command: x, input_files: [f]}
""",
        head="files: [{name: f, path: p}]",
    )
    assert edges(workflow) == ["a -> c", "b -> c"]


@pytest.mark.parametrize(
    ("job_keys", "code", "pointer", "message"),
    [
        ("command: 'cat ${files.input.rwa}'", "unknown_file", "/jobs/0/command", "'raw'"),
        ("command: 'x > ${files.output.out}'", "unknown_file", "/jobs/0/command",
         "${files.output.out}"),
        ("command: x, input_files: [raw, rwa]", "unknown_file", "/jobs/0/input_files/1", "'rwa'"),
        ("command: x, output_files: [out]", "unknown_file", "/jobs/0/output_files/0", "'out'"),
        ("command: 'get ${user_data.input.confg}'", "unknown_user_data", "/jobs/0/command",
         "did you mean 'config'?"),
        ("command: x, input_user_data: [confg]", "unknown_user_data",
         "/jobs/0/input_user_data/0", "neither declared nor written by a job"),
        ("command: 'get ${user_data.input.x_$i}'", "unknown_user_data", "/jobs/0/command",
         "${user_data.input.x_$i}"),
        ("command: 'set ${user_data.output.r_$i}'", "shell_variable_in_name", "/jobs/0/command",
         "name of an output"),
        ("command: 'cat ${files.input.r_$i}'", "shell_variable_in_name", "/jobs/0/command",
         "file's name"),
        ("command: 'cat ${files.raw}'", "invalid_token", "/jobs/0/command", "input nor output"),
        ("command: x, input_file_regexes: [raw, zzz]", "regex_no_match",
         "/jobs/0/input_file_regexes/1", "zzz"),
        ("command: x, input_file_regexes: ['(']", "regex_invalid",
         "/jobs/0/input_file_regexes", "missing )"),
        ('command: "set ${user_data.output. a}"', "name_blank_ends", "/jobs/0/command", "blank"),
    ],
)  # fmt: skip
def test_a_name_that_does_not_exist_is_reported_with_job_token_and_nearest_name(
    job_keys: str, code: str, pointer: str, message: str
) -> None:
    (problem,) = problems(
        "name: w\nfiles: [{name: raw, path: p}]\nuser_data: [{name: config}]\n"
        f"jobs:\n  - {{name: j, {job_keys}}}\n"
    )
    assert (problem.code, problem.pointer) == (code, pointer)
    assert message in problem.detail
    assert "'j'" in problem.detail
    assert problem.hint


def test_a_file_entry_that_lacks_its_parameters_is_pointed_out() -> None:
    (problem,) = problems(
        "name: w\nfiles: [{name: 'raw_{i}', path: p}]\n"
        "jobs: [{name: j, command: 'cat ${files.input.raw_1}'}]\n"
    )
    assert problem.hint == "Give the entry 'raw_{i}' the parameters that its name needs."


def test_the_command_keeps_its_tokens() -> None:
    workflow = plan(COLLECT)
    assert names(workflow)[0] == "worker_1"
    assert "${user_data.output.result_1}" in job_named(workflow, "worker_1").command


def test_names_of_created_user_data_follow_the_declared_ones_in_the_order_of_jobs() -> None:
    workflow = plan(COLLECT, head="user_data: [{name: result_5, data: 1}]")
    assert [value.name for value in workflow.user_data] == [
        "result_5",
        *(f"result_{i}" for i in (1, 2, 3, 4, 6, 7, 8, 9, 10)),
    ]
