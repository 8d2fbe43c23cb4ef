"""JSON values: what can be stored, and what is refused where."""

from __future__ import annotations

import json

import pytest

from specification.formats.json_text import JsonError
from specification.json_values import check_json_value, dump_json, loads_json


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
