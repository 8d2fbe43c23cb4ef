"""Entries of `user_data`: their keys, and how mistakes are reported."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import assert_mistake, in_list

MISTAKES = [
    (in_list("user_data", "data: 1"), "missing_field", "/user_data/0"),
    (in_list("user_data", "name: d, data: [1, .inf]"), "number_not_finite", "/user_data/0/data/1"),
    (
        in_list("user_data", "name: d, data: {'0': 9223372036854775808}"),
        "number_out_of_range",
        "/user_data/0/data/0",
    ),
    (
        in_list("user_data", "name: d, is_ephemeral: 1"),
        "expected_boolean",
        "/user_data/0/is_ephemeral",
    ),
]


@pytest.mark.parametrize(("text", "code", "pointer"), MISTAKES)
def test_a_mistake_in_user_data_is_reported(text: str, code: str, pointer: str) -> None:
    assert_mistake(text, code, pointer)
