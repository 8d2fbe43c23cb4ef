"""Environment variables: their names, their sizes, and how mistakes are reported."""

from __future__ import annotations

import pytest

from specification.entries.environment import (
    check_environment,
    check_variable_name,
    check_variable_value,
)
from specification.limits import MAX_ENV_BYTES, MAX_ENV_VALUE_BYTES
from tests.unit.specification.specs import assert_mistake, in_job

MISTAKES = [
    (in_job("env: [A]"), "expected_mapping", "/jobs/0/env"),
    (in_job("env: {A: true}"), "expected_string", "/jobs/0/env/A"),
    (in_job("env: {A-B: x}"), "env_name_invalid", "/jobs/0/env/A-B"),
    (in_job("env: {TORC_JOB_ID: x}"), "env_name_reserved", "/jobs/0/env/TORC_JOB_ID"),
    (in_job(f"env: {{A: {'x' * 32_769}}}"), "env_too_long", "/jobs/0/env/A"),
    (
        in_job("env: {" + ", ".join(f"A{n}: x" for n in range(201)) + "}"),
        "env_too_many",
        "/jobs/0/env",
    ),
]


@pytest.mark.parametrize(("text", "code", "pointer"), MISTAKES)
def test_a_mistake_in_an_environment_is_reported(text: str, code: str, pointer: str) -> None:
    assert_mistake(text, code, pointer)


@pytest.mark.parametrize("name", ["A", "_a1", "torc_x", "TORC", "TORC_X", "TORC_RETRY"])
def test_a_name_that_torc_does_not_set_itself_is_accepted(name: str) -> None:
    assert check_variable_name(name) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "env_name_invalid"),
        ("1A", "env_name_invalid"),
        ("A\n", "env_name_invalid"),
        ("é", "env_name_invalid"),
        ("TORC_NUM_CPUS", "env_name_reserved"),
    ],
)
def test_other_names_are_refused(name: str, code: str) -> None:
    problem = check_variable_name(name)
    assert problem is not None
    assert problem.code == code


def test_all_variables_together_are_limited() -> None:
    env = {f"A{n}": "é" * (MAX_ENV_VALUE_BYTES // 2) for n in range(8)}
    assert all(check_variable_value(value) is None for value in env.values())
    problem = check_environment(env)
    assert problem is not None
    assert (problem.code, problem.limit) == ("env_too_long", MAX_ENV_BYTES)
    assert problem.actual == MAX_ENV_BYTES + 8 * len("A0")
    env["A0"] = ""
    assert check_environment(env) is None
