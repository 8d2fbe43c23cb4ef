"""Placeholders: one pass, formats, and what belongs to the shell."""

from __future__ import annotations

import pytest

from specification.problems import SpecError
from specification.texts.placeholders import substitute_column

COLUMNS: dict[str, tuple[str | int | float, ...]] = {
    "i": (1, 20),
    "lr": (0.5, 1e-05),
    "s": ("{i}", "b"),
}


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("j_{i}", "j_1", "j_20"),
        ("{i:03d} {i}", "001 1", "020 20"),
        ("{i:03}", "001", "020"),
        ("{lr:.2f}/{lr}", "0.50/0.5", "0.00/0.00001"),
        ("{lr:.1e}", "5.0e-01", "1.0e-05"),
        ("{i:.2f}", "1", "20"),
        ("{lr:03d}", "0.5", "0.00001"),
        ("{s}-{i}", "{i}-1", "b-20"),
        ("{s:03d}", "{i}", "b"),
        ("${i} {i}", "${i} 1", "${i} 20"),
        ("$(({i}+1))", "$((1+1))", "$((20+1))"),
        ("{{i}} {i}", "{i} 1", "{i} 20"),
        ("{{i:03d}}", "{i:03d}", "{i:03d}"),
        ("{{{i}}}", "{1}", "{20}"),
        ("{x,{i}}", "{x,1}", "{x,20}"),
        ("{ {i}}", "{ 1}", "{ 20}"),
        ("${{i}}", "${1}", "${20}"),
        ("${files.input.f_{i}}", "${files.input.f_1}", "${files.input.f_20}"),
        ("${user_data.output.r_${i}}", "${user_data.output.r_1}", "${user_data.output.r_20}"),
        ("${user_data.input.r_$n} {i}", "${user_data.input.r_$n} 1", "${user_data.input.r_$n} 20"),
        ("jq '{i: .x}' {i}", "jq '{i: .x}' 1", "jq '{i: .x}' 20"),
        ("{unknown} {i}", "{unknown} 1", "{unknown} 20"),
    ],
)
def test_placeholders_are_replaced_once(text: str, first: str, second: str) -> None:
    assert substitute_column(text, COLUMNS, 2) == [first, second]


@pytest.mark.parametrize("text", ["plain", "{x}", "${i}", "{i", "{ i }", "{i:}"])
def test_texts_without_placeholders_stay(text: str) -> None:
    assert substitute_column(text, COLUMNS, 2) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{i:x}", "invalid_format"),
        ("{i:>3}", "invalid_format"),
        ("{i:.2d}", "invalid_format"),
        ("{i:065d}", "format_width_too_large"),
        ("{i:0999999999d}", "format_width_too_large"),
        ("{lr:.999999999f}", "format_width_too_large"),
    ],
)
def test_formats_that_are_unknown_or_endless_are_refused(text: str, code: str) -> None:
    with pytest.raises(SpecError) as caught:
        substitute_column(text, COLUMNS, 2)
    assert caught.value.problems[0].code == code


def test_whole_and_other_numbers_of_one_parameter_are_not_mixed_up() -> None:
    assert substitute_column("{p:02d}", {"p": (1, 1.0, "1")}, 3) == ["01", "1", "1"]
