"""Which keys there are, what they hold, and how mistakes are told."""

from __future__ import annotations

import pytest

from specification.compile import plan_workflow
from tests.unit.specification.specs import code_of, plan, problems

HEAD = "name: w\n"
JOB = "jobs: [{name: a, command: x}]\n"


def in_job(content: str) -> str:
    """Write a spec whose only job has these further keys."""
    return f"{HEAD}jobs: [{{name: a, command: x, {content}}}]\n"


def requirement(content: str) -> str:
    """Write a spec with one resource requirement."""
    return in_list("resource_requirements", f"name: r, {content}")


def in_list(section: str, content: str) -> str:
    """Write a spec with one more section of one entry."""
    return f"{HEAD}{JOB}{section}: [{{{content}}}]\n"


RR = "/resource_requirements/0"
NEEDS = "/jobs/0/resource_requirements"
MISTAKES = [
    (JOB, "missing_field", ""),
    (HEAD, "missing_field", ""),
    ("name: w\njobs: null\n", "missing_field", ""),
    ("name: w\njobs: {}\n", "expected_list", "/jobs"),
    ("name: w\njobs: [x]\n", "expected_mapping", "/jobs/0"),
    ("name: ''\n" + JOB, "name_empty", "/name"),
    ("name: [a]\n" + JOB, "expected_string", "/name"),
    (HEAD + "jbos: []\n" + JOB, "unknown_field", "/jbos"),
    (HEAD + "actions: []\n" + JOB, "unsupported_key", "/actions"),
    (HEAD + "enable_ro_crate: true\n" + JOB, "unsupported_key", "/enable_ro_crate"),
    (HEAD + "metadata: text\n" + JOB, "expected_mapping", "/metadata"),
    (HEAD + "metadata: {a: .nan}\n" + JOB, "number_not_finite", "/metadata/a"),
    (HEAD + "description: 1\n" + JOB, "expected_string", "/description"),
    (HEAD + f"description: {'x' * 100_001}\n" + JOB, "text_too_long", "/description"),
    (HEAD + "use_pending_failed: 1\n" + JOB, "expected_boolean", "/use_pending_failed"),
    (HEAD + "jobs_sort_method: gpu\n" + JOB, "invalid_choice", "/jobs_sort_method"),
    (
        HEAD + "compute_node_wait_for_new_jobs_seconds: -1\n" + JOB,
        "out_of_range",
        "/compute_node_wait_for_new_jobs_seconds",
    ),
    ("name: w\njobs: [{name: 1e3, command: x}]\n", "expected_string", "/jobs/0/name"),
    ("name: w\njobs: [{name: a}]\n", "missing_field", "/jobs/0"),
    ("name: w\njobs: [{name: a, command: ' '}]\n", "command_empty", "/jobs/0/command"),
    ('name: w\njobs: [{name: a, command: "x\\0"}]\n', "nul_character", "/jobs/0/command"),
    (
        f"name: w\njobs: [{{name: a, command: {'x' * 100_001}}}]\n",
        "command_too_long",
        "/jobs/0/command",
    ),
    ('{"name": "w", "jobs": [{"name": "\\ud800", "command": "x"}]}', "lone_surrogate",
     "/jobs/0/name"),
    (in_job("comand: y"), "unknown_field", "/jobs/0/comand"),
    (in_job("invocation_script: y"), "unsupported_key", "/jobs/0/invocation_script"),
    (in_job("scheduler: y"), "unsupported_key", "/jobs/0/scheduler"),
    (in_job("depends_on: b"), "expected_list", "/jobs/0/depends_on"),
    (in_job("depends_on: [1]"), "expected_string", "/jobs/0/depends_on/0"),
    (in_job("resource_requirements: {num_cpus: 1}"), "expected_string", NEEDS),
    (in_job("resource_requirements: r"), "unknown_resource_requirements", NEEDS),
    (in_job("failure_handler: h"), "unknown_failure_handler", "/jobs/0/failure_handler"),
    (in_job("priority: high"), "expected_integer", "/jobs/0/priority"),
    (in_job("priority: 2147483648"), "out_of_range", "/jobs/0/priority"),
    (in_job("supports_termination: yes"), "expected_boolean", "/jobs/0/supports_termination"),
    (in_job(f"depends_on_regexes: [{', '.join('a' * 51)}]"), "too_many_regexes", "/jobs/0"),
    (in_job("parameters: [i]"), "expected_mapping", "/jobs/0/parameters"),
    (in_job("parameters: {i: [[1]]}"), "expected_parameter_value", "/jobs/0/parameters/i/0"),
    (in_job("parameters: {i: null}"), "expected_parameter_value", "/jobs/0/parameters/i"),
    (in_job("parameters: {i: []}"), "empty_list", "/jobs/0/parameters/i"),
    (in_job("parameters: {i: '3:1'}"), "empty_range", "/jobs/0/parameters/i"),
    (in_job("parameters: {'i j': '1:3'}"), "invalid_parameter_name", "/jobs/0/parameters/i j"),
    (in_job("parameters: {i: '1:3'}, parameter_mode: zipped"), "invalid_choice",
     "/jobs/0/parameter_mode"),
    (in_job("use_parameters: [i]"), "unknown_parameter", "/jobs/0/use_parameters"),
    (
        in_job("parameters: {i: '1:3', k: '1:2'}, parameter_mode: zip"),
        "zip_length_mismatch",
        "/jobs/0",
    ),
    (
        in_job("parameters: {" + ", ".join(f"p{n}: 1" for n in range(11)) + "}"),
        "too_many_parameters",
        "/jobs/0",
    ),
    (in_job("env: [A]"), "expected_mapping", "/jobs/0/env"),
    (in_job("env: {A: true}"), "expected_string", "/jobs/0/env/A"),
    (in_job("env: {A-B: x}"), "env_name_invalid", "/jobs/0/env/A-B"),
    (in_job("env: {TORC_JOB_ID: x}"), "env_name_reserved", "/jobs/0/env/TORC_JOB_ID"),
    (in_job(f"env: {{A: {'x' * 32_769}}}"), "env_too_long", "/jobs/0/env/A"),
    (in_job("env: {" + ", ".join(f"A{n}: x" for n in range(201)) + "}"), "env_too_many",
     "/jobs/0/env"),
    (in_list("files", "name: f"), "missing_field", "/files/0"),
    (in_list("files", "name: f, path: ''"), "path_empty", "/files/0/path"),
    (in_list("files", f"name: f, path: {'x' * 256}"), "path_part_too_long", "/files/0/path"),
    (in_list("files", f"name: f, path: {'x/' * 2_049}"), "path_too_long", "/files/0/path"),
    (in_list("user_data", "data: 1"), "missing_field", "/user_data/0"),
    (in_list("user_data", "name: d, data: [1, .inf]"), "number_not_finite", "/user_data/0/data/1"),
    (in_list("user_data", "name: d, data: {'0': 9223372036854775808}"), "number_out_of_range",
     "/user_data/0/data/0"),
    (in_list("user_data", "name: d, is_ephemeral: 1"), "expected_boolean",
     "/user_data/0/is_ephemeral"),
    (requirement("memory: 1g"), "missing_field", RR),
    (requirement("num_cpus: 0, memory: 1g"), "out_of_range",
     f"{RR}/num_cpus"),
    (requirement("num_cpus: 1.5, memory: 1g"), "expected_integer",
     f"{RR}/num_cpus"),
    (requirement("num_cpus: 1, memory: 2gb"), "invalid_memory",
     f"{RR}/memory"),
    (requirement("num_cpus: 1, memory: 1g, runtime: 1h"), "invalid_runtime",
     f"{RR}/runtime"),
    (requirement("num_cpus: 1, memory: 1g, tags: [a@b]"), "invalid_tag",
     f"{RR}/tags"),
    (in_list("resource_requirements", "name: default, num_cpus: 1, memory: 1g"), "reserved_name",
     f"{RR}/name"),
    (in_list("failure_handlers", "name: h"), "missing_field", "/failure_handlers/0"),
    (in_list("failure_handlers", "name: h, rules: [{exit_codes: [256]}]"), "out_of_range",
     "/failure_handlers/0/rules/0/exit_codes/0"),
    (in_list("failure_handlers", "name: h, rules: [{max_retries: 101}]"), "out_of_range",
     "/failure_handlers/0/rules/0/max_retries"),
    (in_list("failure_handlers", "name: h, rules: [{recovery_script: x}]"), "unsupported_key",
     "/failure_handlers/0/rules/0/recovery_script"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "pointer"), MISTAKES)
def test_a_mistake_is_told_with_code_place_and_pointer(text: str, code: str, pointer: str) -> None:
    (problem,) = problems(text)
    assert (problem.code, problem.pointer) == (code, pointer)
    assert problem.line is not None
    assert problem.column is not None
    assert problem.detail[-1] in ".?"
    assert problem.hint is not None


def test_independent_mistakes_are_told_together() -> None:
    found = problems(
        "nmae: w\njobs:\n- {name: a, command: 1}\n- {name: b, parameters: {i: '2:1'}}\n"
    )
    told = [(problem.code, problem.line) for problem in found]
    assert told == [
        ("unknown_field", 1),
        ("expected_string", 3),
        ("empty_range", 4),
        ("missing_field", 4),
        ("missing_field", 1),
    ]


def test_at_most_twenty_mistakes_are_told() -> None:
    jobs = "".join("- {name: a, command: 1}\n" for _ in range(50))
    assert len(problems(f"name: w\njobs:\n{jobs}")) == 20


def test_an_unknown_key_is_told_with_the_nearest_known_one_at_the_key() -> None:
    (problem,) = problems(
        "name: w\njobs:\n  - name: a\n    command: x\n    dependson:\n      - b\n"
    )
    assert (problem.line, problem.column) == (5, 5)
    assert "did you mean 'depends_on'?" in problem.detail
    assert problem.hint is not None
    assert "depends_on_regexes" in problem.hint


def test_a_key_of_a_later_version_is_told_as_such() -> None:
    (problem,) = problems(HEAD + "slurm_schedulers: []\n" + JOB)
    assert "not supported yet" in problem.detail


def test_null_is_the_same_as_absent_even_for_keys_of_later_versions() -> None:
    found = plan("  - {name: a, command: x, depends_on: null, scheduler: null, env: null}")
    assert found.jobs[0].env == {}


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
    found = plan("  - {name: \u00e4, command: x}\n  - {name: b, command: x, depends_on: [a\u0308]}")
    assert found.n_edges == 1


def test_everything_that_was_written_is_in_the_plan() -> None:
    found = plan_workflow(
        """
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
    )
    assert (found.description, found.project) == ("what for", "p")
    assert list(found.metadata or {}) == ["z", "a"]
    assert found.env == {"THREADS": "4", "MODE": "fast"}
    assert found.settings == {
        "use_pending_failed": True,
        "jobs_sort_method": "none",
        "compute_node_wait_for_new_jobs_seconds": 5,
    }
    small, big = found.requirements
    assert (small.runtime, small.runtime_seconds, small.is_runtime_written) == ("PT1H", 3600, False)
    assert (big.num_cpus, big.num_gpus, big.num_nodes, big.tags) == (8, 1, 2, ("a100",))
    assert (big.memory, big.memory_bytes, big.is_runtime_written) == ("16g", 16 << 30, True)
    assert found.failure_handlers[0].rules == [
        {"exit_codes": [1, -9], "match_all_exit_codes": False, "max_retries": 5},
        {"exit_codes": [], "match_all_exit_codes": True, "max_retries": 3},
    ]
    assert (found.files[0].name, found.files[0].path) == ("f", "data/f")
    assert [one.data_text for one in found.user_data] == ['{"z":1.0,"a":10,"t":"10"}', "null"]
    assert [one.is_ephemeral for one in found.user_data] == [True, False]
    (job,) = found.jobs
    assert (job.priority, job.requirement, job.failure_handler) == (-3, 1, 0)
    assert (job.cancel_on_blocking_job_failure, job.supports_termination) == (False, True)
    assert job.env == {"A": "b"}


def test_defaults_are_torcs() -> None:
    (job,) = plan("  - {name: a, command: x}").jobs
    assert (job.priority, job.requirement, job.failure_handler) == (0, None, None)
    assert (job.cancel_on_blocking_job_failure, job.supports_termination) == (True, False)


def test_what_is_probably_not_meant_is_a_warning() -> None:
    found = plan(
        "  - {name: 'a_{k}_{i}', command: x, parameters: {i: '1:N'}, use_parameters: [s]}\n"
        "  - {name: b, command: x, depends_on: ['a_{k}_1:N', 'a_{k}_1:N']}",
        head="parameters: {s: '1:3'}\nfailure_handlers: [{name: h, rules: [{max_retries: 1}]}]",
    )
    assert set(found.warnings) == {
        "jobs[0].parameters.i: '1:N' is taken as one text, not as a range.",
        "jobs[0]: use_parameters is ignored; it has its own parameters.",
        "jobs[0]: {k} in its name is not a parameter and is kept as it is.",
        "failure_handlers[0].rules[0] has no exit codes and never applies.",
        "Job 'b' names a job twice under depends_on.",
    }
