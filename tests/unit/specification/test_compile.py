"""From a text to a plan: everything that is written arrives, and references are looked up."""

from __future__ import annotations

import json

import pytest

from specification.compile import plan_workflow
from tests.unit.specification.specs import (
    HEAD,
    JOB,
    assert_mistake,
    code_of,
    in_job,
    plan,
)

EVERY_KEY = """
name: w
user: somebody
description: what for
project: p
metadata: {z: 1, a: [2.50]}
env: {THREADS: 4, MODE: fast}
use_pending_failed: true
jobs_sort_method: none
compute_node_wait_for_new_jobs_seconds: 5
resource_requirements:
  - {name: small, num_cpus: 2, memory: 1g}
  - {name: big, num_cpus: 8, num_gpus: 1, num_nodes: 2, memory: 16g, runtime: PT4H, tags: [a100]}
failure_handlers:
  - name: h
    rules: [{exit_codes: [1, -9], max_retries: 5}, {match_all_exit_codes: true}]
files: [{name: f, path: data/f}]
user_data:
  - {name: d, data: {z: 1.0, a: 010, t: "10"}, is_ephemeral: true}
  - {name: e}
jobs:
  - name: a
    command: x
    priority: -3
    cancel_on_blocking_job_failure: false
    supports_termination: true
    resource_requirements: big
    failure_handler: h
    env: {A: b}
"""
MISTAKES = [
    (
        in_job("resource_requirements: r"),
        "unknown_resource_requirements",
        "/jobs/0/resource_requirements",
    ),
    (in_job("failure_handler: h"), "unknown_failure_handler", "/jobs/0/failure_handler"),
]


NUMBERS = "3.14159265358979323846 12345678901234567.89 1E5 1e-7 0.10 -0.0 1.0 7 2.5e+3"


def test_numbers_of_user_data_come_back_as_they_are_written() -> None:
    written = NUMBERS.split()
    listed = ", ".join(written)
    for text in (
        f"name: w\njobs: []\nuser_data: [{{name: u, data: [{listed}]}}]\n",
        f'{{"name": "w", "jobs": [], "user_data": [{{"name": "u", "data": [{listed}]}}]}}',
    ):
        assert plan_workflow(text).user_data[0].data_text == f"[{','.join(written)}]"
    yaml_only = "name: w\njobs: []\nuser_data: [{name: u, data: {a: [+.5, 5., 0x1F, 01.50]}}]\n"
    assert plan_workflow(yaml_only).user_data[0].data_text == '{"a":[0.5,5.0,31,1.50]}'


def test_placeholders_in_texts_of_user_data_are_replaced_and_keys_are_not() -> None:
    text = """
name: w
jobs: []
user_data:
  - name: config_{e}
    parameters: {e: [base, 'a"b\\c'], n: ["1:1"]}
    data: {"{e}": "{e}", deep: [{dir: "/r/{e}/{{e}}/{other}", "k{e}": 1.50}], e: 5}
"""
    plan = plan_workflow(text)
    values = [json.loads(value.data_text) for value in plan.user_data]
    assert [value.name for value in plan.user_data] == ["config_base", 'config_a"b\\c']
    for value, filled in zip(values, ("base", 'a"b\\c'), strict=True):
        deep = [{"dir": f"/r/{filled}/{{e}}/{{other}}", "k{e}": 1.5}]
        assert value == {"{e}": filled, "deep": deep, "e": 5}
    assert "1.50" in plan.user_data[0].data_text


def test_filled_user_data_that_becomes_too_large_is_refused() -> None:
    long = "x" * 60_000
    data = "{v}" * 20
    entry = f"{{name: 'u{{i}}', data: '{data}', parameters: {{i: '1:2', v: {long}}}}}"
    text = f"name: w\njobs: []\nuser_data: [{entry}]\n"
    assert code_of(text) == "payload_too_large"


@pytest.mark.parametrize(("text", "code", "pointer"), MISTAKES)
def test_a_mistake_in_a_reference_is_reported(text: str, code: str, pointer: str) -> None:
    assert_mistake(text, code, pointer)


def test_names_of_one_kind_are_unique() -> None:
    twice = "[{name: r, num_cpus: 1, memory: 1g}, {name: r, num_cpus: 2, memory: 1g}]"
    text = f"{HEAD}{JOB}resource_requirements: {twice}\n"
    assert code_of(text) == "duplicate_resource_requirements_name"
    twice = "[{name: h, rules: []}, {name: h, rules: []}]"
    assert code_of(f"{HEAD}{JOB}failure_handlers: {twice}\n") == "duplicate_failure_handler_name"
    twice = "[{name: f, path: a}, {name: f, path: b}]"
    assert code_of(f"{HEAD}{JOB}files: {twice}\n") == "duplicate_file_name"
    twice = "[{name: d}, {name: d}]"
    assert code_of(f"{HEAD}{JOB}user_data: {twice}\n") == "duplicate_user_data_name"
    twice = "[{name: a, command: x}, {name: a, command: x}]"
    assert code_of(f"{HEAD}jobs: {twice}\n") == "duplicate_job_name"


def test_names_are_stored_and_compared_composed() -> None:
    twice = "[{name: \u00e4, command: x}, {name: a\u0308, command: x}]"
    assert code_of(f"{HEAD}jobs: {twice}\n") == "duplicate_job_name"
    workflow = plan(
        "  - {name: \u00e4, command: x}\n  - {name: b, command: x, depends_on: [a\u0308]}"
    )
    assert workflow.n_edges == 1


def test_everything_that_was_written_is_in_the_plan() -> None:
    workflow = plan_workflow(EVERY_KEY)
    assert (workflow.description, workflow.project) == ("what for", "p")
    assert list(workflow.metadata or {}) == ["z", "a"]
    assert workflow.env == {"THREADS": "4", "MODE": "fast"}
    assert workflow.settings == {
        "use_pending_failed": True,
        "jobs_sort_method": "none",
        "compute_node_wait_for_new_jobs_seconds": 5,
    }
    small, big = workflow.requirements
    assert (small.runtime, small.runtime_seconds, small.is_runtime_written) == ("PT1H", 3600, False)
    assert (big.num_cpus, big.num_gpus, big.num_nodes, big.tags) == (8, 1, 2, ("a100",))
    assert (big.memory, big.memory_bytes, big.is_runtime_written) == ("16g", 16 << 30, True)
    assert workflow.failure_handlers[0].rules == [
        {"exit_codes": [1, -9], "match_all_exit_codes": False, "max_retries": 5},
        {"exit_codes": [], "match_all_exit_codes": True, "max_retries": 3},
    ]
    assert (workflow.files[0].name, workflow.files[0].path) == ("f", "data/f")
    assert [value.data_text for value in workflow.user_data] == [
        '{"z":1.0,"a":10,"t":"10"}',
        "null",
    ]
    assert [value.is_ephemeral for value in workflow.user_data] == [True, False]
    (job,) = workflow.jobs
    assert (job.priority, job.requirement, job.failure_handler) == (-3, 1, 0)
    assert (job.cancel_on_blocking_job_failure, job.supports_termination) == (False, True)
    assert job.env == {"A": "b"}


def test_defaults_are_torcs() -> None:
    (job,) = plan("  - {name: a, command: x}").jobs
    assert (job.priority, job.requirement, job.failure_handler) == (0, None, None)
    assert (job.cancel_on_blocking_job_failure, job.supports_termination) == (True, False)


def test_what_is_probably_not_meant_is_a_warning() -> None:
    workflow = plan(
        "  - {name: 'a_{k}_{i}', command: x, parameters: {i: '1:N'}, use_parameters: [s]}\n"
        "  - {name: b, command: x, depends_on: ['a_{k}_1:N', 'a_{k}_1:N']}",
        head="parameters: {s: '1:3'}\nfailure_handlers: [{name: h, rules: [{max_retries: 1}]}]",
    )
    assert set(workflow.warnings) == {
        "The workflow's parameter 's' is used by no entry.",
        "jobs[0].parameters.i: '1:N' is taken as one text, not as a range or list; "
        "write start:end with numbers.",
        "jobs[0]: use_parameters is ignored; it has its own parameters.",
        "jobs[0]: {k} in its name is not a parameter and is kept as it is.",
        "failure_handlers[0].rules[0] has no exit codes and never applies.",
        "Job 'b' names a job twice under depends_on.",
    }


def test_all_user_data_together_is_limited() -> None:
    data = "x" * 700_000
    text = (
        "name: w\njobs: []\nuser_data:\n"
        f"- {{name: 'd{{i}}', data: {data}, parameters: {{i: '1:100'}}}}\n"
    )
    assert code_of(text) == "too_much_user_data"
