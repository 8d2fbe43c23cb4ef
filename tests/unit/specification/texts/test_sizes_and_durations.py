"""Memory, runtime, JSON values and names."""

from __future__ import annotations

import json

import pytest

from specification.json_values import JsonError, check_json_value, dump_json, loads_json
from specification.names import check_name
from specification.problems import SpecError
from specification.texts.sizes_and_durations import parse_memory, parse_runtime


@pytest.mark.parametrize(
    ("text", "n_bytes"),
    [("1m", 1 << 20), ("512M", 512 << 20), ("16g", 16 << 30), ("64T", 64 << 40),
     ("2048k", 2 << 20), ("1048576", 1 << 20)],
)  # fmt: skip
def test_memory_counts_in_powers_of_1024(text: str, n_bytes: int) -> None:
    assert parse_memory(text) == n_bytes


@pytest.mark.parametrize(
    ("text", "code"),
    [("2gb", "invalid_memory"), ("1.5g", "invalid_memory"), ("1 g", "invalid_memory"),
     ("", "invalid_memory"), ("-1g", "invalid_memory"), ("²g", "invalid_memory"),
     ("5", "out_of_range"), ("65t", "out_of_range"), ("9" * 18 + "t", "out_of_range")],
)  # fmt: skip
def test_other_memory_is_refused(text: str, code: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_memory(text)
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT1S", 1), ("PT5M", 300), ("PT4H", 14_400), ("P1DT12H", 129_600), ("P0DT1M", 60),
     ("P2W", 1_209_600), ("P1M", 2_629_800), ("P1Y", 31_557_600), ("PT0.5H", 1_800),
     ("PT1,5S", 2), ("P366D", 31_622_400)],
)  # fmt: skip
def test_runtimes_are_iso_8601(text: str, seconds: int) -> None:
    assert parse_runtime(text) == seconds


@pytest.mark.parametrize(
    ("text", "code"),
    [("1h", "invalid_runtime"), ("P", "invalid_runtime"), ("PT", "invalid_runtime"),
     ("P1DT", "invalid_runtime"), ("PT1H2", "invalid_runtime"), ("pt1h", "invalid_runtime"),
     ("PT0S", "out_of_range"), ("P2Y", "out_of_range")],
)  # fmt: skip
def test_other_runtimes_are_refused(text: str, code: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_runtime(text)
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize(
    "text",
    ['{"b":1.0,"a":[100000.0,0.1]}', "null", '"é"', "-9223372036854775808", '{"":{}}',
     "[" * 64 + "]" * 64],
)  # fmt: skip
def test_json_comes_back_as_it_was(text: str) -> None:
    assert dump_json(loads_json(text)) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a":1,\n"a":2}', "duplicate_key"),
        ("NaN", "number_not_finite"),
        ("-Infinity", "number_not_finite"),
        ("1e999", "number_not_finite"),
        ("[1,2", "json_syntax"),
        ("{'a': 1}", "json_syntax"),
        ("", "json_syntax"),
        ("[" * 65 + "]" * 65, "json_too_deep"),
        ("[" * 100_000 + "]" * 100_000, "json_too_deep"),
        ("9" * 5_000, "number_out_of_range"),
        ('{"k":9223372036854775808}', "number_out_of_range"),
        ('"\\ud800"', "lone_surrogate"),
        ('{"\\u0000":1}', "nul_character"),
        (b'"\xff"', "not_utf8"),
        ('"' + "x" * (1 << 20) + '"', "payload_too_large"),
        ("{" + ",".join(f'"{i}":0' for i in range(100_001)) + "}", "json_too_many_keys"),
    ],
)
def test_json_that_a_database_cannot_hold_is_refused(text: str | bytes, code: str) -> None:
    with pytest.raises(JsonError) as caught:
        loads_json(text)
    assert caught.value.problem.code == code


def test_malformed_json_is_refused_at_its_line_and_column() -> None:
    with pytest.raises(JsonError) as caught:
        loads_json('{"a": 1,\n "b": }')
    assert (caught.value.problem.line, caught.value.problem.column) == (2, 7)


def test_a_problem_inside_a_value_has_a_pointer() -> None:
    problem = check_json_value({"a/b": [1, float("nan")]}, ("data",))
    assert problem is not None
    assert problem.pointer == "/data/a~1b/1"


def test_the_size_of_a_value_is_that_of_its_text() -> None:
    assert check_json_value(["é" * 500_000]) is None
    problem = check_json_value(["é" * 600_000])
    assert problem is not None
    assert problem.code == "payload_too_large"
    assert problem.actual == len(json.dumps(["é" * 600_000], ensure_ascii=False).encode())


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
