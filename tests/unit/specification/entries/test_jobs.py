"""Entries of `jobs`: their keys, and how mistakes are reported."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import assert_mistake, in_job

MISTAKES = [
    ("name: w\njobs: [x]\n", "expected_mapping", "/jobs/0"),
    ("name: w\njobs: [{name: 1e3, command: x}]\n", "expected_string", "/jobs/0/name"),
    ("name: w\njobs: [{name: a}]\n", "missing_field", "/jobs/0"),
    ("name: w\njobs: [{name: a, command: ' '}]\n", "command_empty", "/jobs/0/command"),
    ('name: w\njobs: [{name: a, command: "x\\0"}]\n', "nul_character", "/jobs/0/command"),
    (
        f"name: w\njobs: [{{name: a, command: {'x' * 100_001}}}]\n",
        "command_too_long",
        "/jobs/0/command",
    ),
    (
        '{"name": "w", "jobs": [{"name": "\\ud800", "command": "x"}]}',
        "lone_surrogate",
        "/jobs/0/name",
    ),
    (in_job("comand: y"), "unknown_field", "/jobs/0/comand"),
    (in_job("invocation_script: y"), "unsupported_key", "/jobs/0/invocation_script"),
    (in_job("scheduler: y"), "unsupported_key", "/jobs/0/scheduler"),
    (in_job("depends_on: b"), "expected_list", "/jobs/0/depends_on"),
    (in_job("depends_on: [1]"), "expected_string", "/jobs/0/depends_on/0"),
    (
        in_job("resource_requirements: {num_cpus: 1}"),
        "expected_string",
        "/jobs/0/resource_requirements",
    ),
    (in_job("priority: high"), "expected_integer", "/jobs/0/priority"),
    (in_job("priority: 2147483648"), "out_of_range", "/jobs/0/priority"),
    (in_job("supports_termination: yes"), "expected_boolean", "/jobs/0/supports_termination"),
    (in_job(f"depends_on_regexes: [{', '.join('a' * 51)}]"), "too_many_regexes", "/jobs/0"),
]


@pytest.mark.parametrize(("text", "code", "pointer"), MISTAKES)
def test_a_mistake_in_a_job_is_reported(text: str, code: str, pointer: str) -> None:
    assert_mistake(text, code, pointer)
