"""Entries of `failure_handlers`: their keys, and how mistakes are reported."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import assert_mistake, in_list

MISTAKES = [
    (in_list("failure_handlers", "name: h"), "missing_field", "/failure_handlers/0"),
    (
        in_list("failure_handlers", "name: h, rules: [{exit_codes: [256]}]"),
        "out_of_range",
        "/failure_handlers/0/rules/0/exit_codes/0",
    ),
    (
        in_list("failure_handlers", "name: h, rules: [{max_retries: 101}]"),
        "out_of_range",
        "/failure_handlers/0/rules/0/max_retries",
    ),
    (
        in_list("failure_handlers", "name: h, rules: [{recovery_script: x}]"),
        "unsupported_key",
        "/failure_handlers/0/rules/0/recovery_script",
    ),
]


@pytest.mark.parametrize(("text", "code", "pointer"), MISTAKES)
def test_a_mistake_in_a_failure_handler_is_reported(text: str, code: str, pointer: str) -> None:
    assert_mistake(text, code, pointer)
