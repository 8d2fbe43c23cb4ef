"""Parameters of entries: which keys there are, and how mistakes are reported."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import assert_mistake, in_job

MISTAKES = [
    (in_job("parameters: [i]"), "expected_mapping", "/jobs/0/parameters"),
    (in_job("parameters: {i: [[1]]}"), "expected_parameter_value", "/jobs/0/parameters/i/0"),
    (in_job("parameters: {i: null}"), "expected_parameter_value", "/jobs/0/parameters/i"),
    (in_job("parameters: {i: []}"), "empty_list", "/jobs/0/parameters/i"),
    (in_job("parameters: {i: '3:1'}"), "empty_range", "/jobs/0/parameters/i"),
    (in_job("parameters: {'i j': '1:3'}"), "invalid_parameter_name", "/jobs/0/parameters/i j"),
    (
        in_job("parameters: {i: '1:3'}, parameter_mode: zipped"),
        "invalid_choice",
        "/jobs/0/parameter_mode",
    ),
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
]


@pytest.mark.parametrize(("text", "code", "pointer"), MISTAKES)
def test_a_mistake_in_parameters_is_reported(text: str, code: str, pointer: str) -> None:
    assert_mistake(text, code, pointer)
