"""Parameter values: ranges, lists, single values."""

from __future__ import annotations

import pytest

from specification.problems import SpecError
from specification.texts.parameter_values import Combinations, expand_parameter_value, plain_text


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1:3", [1, 2, 3]),
        ("{1:3}", [1, 2, 3]),
        (" 1 : 10 : 4 ", [1, 5, 9]),
        ("5:1:-2", [5, 3, 1]),
        ("7:7", [7]),
        ("-2:1", [-2, -1, 0, 1]),
        ("0.1:0.5:0.1", [0.1, 0.2, 0.3, 0.4, 0.5]),
        ("0:1:0.3", [0.0, 0.3, 0.6, 0.9]),
        ("0.3:0:-0.1", [0.3, 0.2, 0.1, 0.0]),
        ("1e17:1e17:0.5", [1e17]),
        ("0:1:0.5", [0.0, 0.5, 1.0]),
        ("1:0:-0.5", [1.0, 0.5, 0.0]),
        ("12:30:9", [12, 21, 30]),
        ("[1,2.5,a]", [1, 2.5, "a"]),
        ("['a','b c']", ["a", "b c"]),
        ("['a,b',c]", ["a,b", "c"]),
        ('["1", x"y]', ["1", 'x"y']),
        ("[a,]", ["a"]),
        ("[1e3]", [1000.0]),
        ("007", [7]),
        ("nan", ["nan"]),
        ("http://x:80/y", ["http://x:80/y"]),
        ("a:b", ["a:b"]),
        ("1:N", ["1:N"]),
        ("C:", ["C:"]),
        ("plain", ["plain"]),
        ("'quoted'", ["quoted"]),
        ("", [""]),
        ("9223372036854775800:9223372036854775807", list(range(2**63 - 8, 2**63))),
    ],
)
def test_a_value_stands_for_these(text: str, values: list[object]) -> None:
    expanded = expand_parameter_value(text)
    assert expanded == values
    assert list(map(type, expanded)) == list(map(type, values))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10:1", "empty_range"),
        ("1:10:-1", "empty_range"),
        ("1:2:0", "range_step_zero"),
        ("0:1:0.0", "range_step_zero"),
        ("nan:inf:1", "range_not_finite"),
        ("1:1e999", "range_not_finite"),
        ("1e17:100000000000000001:0.5", "range_step_too_small"),
        ("1:1.0000000000000000005:1e-19", "range_step_too_small"),
        ("1e-400:3e-400:1e-400", "range_step_too_small"),
        ("0.0:1:1e-999999999", "too_many_expansions"),
        ("0.0:1." + "0" * 400 + ":1", "number_out_of_range"),
        ("0.0:1.0:0.000000000001", "too_many_expansions"),
        ("1:100001", "too_many_expansions"),
        ("1:1e300:1e-300", "too_many_expansions"),
        ("1:2:3:4", "invalid_range"),
        ("1:9223372036854775808", "number_out_of_range"),
        ("[]", "empty_list"),
        ("[ ]", "empty_list"),
        ("[" + "1," * 100_001 + "]", "too_many_expansions"),
    ],
)
def test_a_value_that_stands_for_nothing_sensible_is_refused(text: str, code: str) -> None:
    with pytest.raises(SpecError) as caught:
        expand_parameter_value(text)
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0001, "0.0001"),
        (1e-7, "0.0000001"),
        (1.0, "1"),
        (100.0, "100"),
        (0.30000000000000004, "0.30000000000000004"),
        (1e22, "10000000000000000000000"),
        (-2.5, "-2.5"),
        (12, "12"),
        ("x", "x"),
    ],
)
def test_values_are_printed_without_exponent_or_needless_point(value: object, text: str) -> None:
    assert plain_text(value) == text  # type: ignore[arg-type]


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("text", "n_values", "last"),
    [
        ("0:1e-20:1e-21", 11, "0.00000000000000000001"),
        ("1e-10:3e-10:1e-11", 21, "0.0000000003"),
        ("0:1000:0.1", 10_001, "1000"),
        ("0.1:0.5:0.1", 5, "0.5"),
        ("0:99.999:0.001", 100_000, "99.999"),
    ],
)
def test_a_decimal_range_has_every_value_to_its_end_as_decimals_are_written(
    text: str, n_values: int, last: str
) -> None:
    shown = list(map(plain_text, expand_parameter_value(text)))
    assert len(set(shown)) == len(shown) == n_values
    assert shown[-1] == last
    assert max(map(len, shown)) <= len(last) + 4  # no 0.30000000000000004


def test_the_product_follows_the_order_of_the_spec_and_the_first_varies_slowest() -> None:
    axes = Combinations({"b": (1, 2), "a": ("x", "y")})
    assert axes.columns() == {"b": (1, 1, 2, 2), "a": ("x", "y", "x", "y")}
    assert axes.n_rows == 4


def test_zip_pairs_values() -> None:
    axes = Combinations({"b": (1, 2), "a": ("x", "y")}, is_zip=True)
    assert axes.columns() == {"b": (1, 2), "a": ("x", "y")}
    assert axes.n_rows == 2
