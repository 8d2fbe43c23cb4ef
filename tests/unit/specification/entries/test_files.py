"""Entries of `files`: their keys, and how mistakes are reported."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import assert_mistake, in_list

MISTAKES = [
    (in_list("files", "name: f"), "missing_field", "/files/0"),
    (in_list("files", "name: f, path: ''"), "path_empty", "/files/0/path"),
    (in_list("files", f"name: f, path: {'x' * 256}"), "path_part_too_long", "/files/0/path"),
    (in_list("files", f"name: f, path: {'x/' * 2_049}"), "path_too_long", "/files/0/path"),
]


@pytest.mark.parametrize(("text", "code", "pointer"), MISTAKES)
def test_a_mistake_in_a_file_is_reported(text: str, code: str, pointer: str) -> None:
    assert_mistake(text, code, pointer)
