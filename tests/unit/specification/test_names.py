"""Names: what is allowed, and what is refused."""

from __future__ import annotations

import pytest

from specification.names import check_name


@pytest.mark.parametrize("name", ["a", "a b", "<img src=x>", "../../etc", "é", "x" * 255, "{{7}}"])
def test_almost_anything_may_be_a_name(name: str) -> None:
    assert check_name(name) is None


def test_the_length_of_a_name_is_counted_after_composition() -> None:
    assert check_name("a\u0308" * 255) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_empty"),
        ("  ", "name_empty"),
        ("x" * 256, "name_too_long"),
        ("a\tb", "control_character"),
        ("a\x1b[0m", "control_character"),
        ("a\x85b", "control_character"),
        ("a\u2028b", "control_character"),
        ("a\u202eb", "control_character"),
        ("a\0b", "nul_character"),
        ("\ud800", "lone_surrogate"),
        (" a", "name_blank_ends"),
        ("a\u00a0", "name_blank_ends"),
    ],
)
def test_names_that_hide_something_are_refused(name: str, code: str) -> None:
    problem = check_name(name)
    assert problem is not None
    assert problem.code == code
