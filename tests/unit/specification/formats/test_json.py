"""JSON specs: what is refused at which line."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import assert_refused, code_of


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('{"name": "w", "name": "v"}', "duplicate_key", 1),
        ('{"name": "w",\n "jobs": [],}', "json_syntax", 2),
        ('{"name": NaN}', "number_not_finite", 1),
        ('{"name": 1e999}', "number_not_finite", 1),
        ('{"name": "a\nb"}', "json_syntax", 1),
        ('{"name": tru}', "json_syntax", 1),
        ('{"name": 01}', "json_syntax", 1),
        ('{"name": "w"} x', "json_syntax", 1),
        ('{"a":' * 65 + "1" + "}" * 65, "json_too_deep", 1),
    ],
)
def test_json_that_cannot_be_read_is_refused_at_its_line(text: str, code: str, line: int) -> None:
    assert_refused(text, code, line)


def test_deep_nesting_is_refused_without_recursion() -> None:
    assert code_of('{"a":' * 500_000) == "json_too_deep"
