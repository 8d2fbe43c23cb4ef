import pytest

from specification.formats.json_text import JsonError, element_starts, member_texts, parse_json

SPACED = ' { "a" : [1.0, "}"] ,\n"b":{"c":"\\"," } , "\\u00e9":-0 } '


def test_members_are_returned_as_they_are_written() -> None:
    assert member_texts(SPACED) == {"a": '[1.0, "}"]', "b": '{"c":"\\"," }', "é": "-0"}
    assert member_texts("{}") == member_texts(" { } ") == {}


def test_an_object_inside_a_text_is_found_where_it_begins() -> None:
    text = '[ {"a": 1.50} ,{"a":2e1}, {} ]'
    items = [member_texts(text, start) for start in element_starts(text)]
    assert items == [{"a": "1.50"}, {"a": "2e1"}, {}]
    assert list(element_starts("[ ]")) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ("[NaN]", "number_not_finite"),
        ("[1e999]", "number_not_finite"),
        ("[9223372036854775808]", "number_out_of_range"),
        ("[-9223372036854775809]", "number_out_of_range"),
        ("9" * 5000, "number_out_of_range"),
        ("[1,]", "json_syntax"),
        ("[" * 100_000, "json_too_deep"),
        ("", "json_syntax"),
    ],
)
def test_what_is_no_storable_json_is_refused(text: str, code: str) -> None:
    with pytest.raises(JsonError) as caught:
        parse_json(text)
    assert caught.value.problem.code == code


@pytest.mark.parametrize("number", [9223372036854775807, -9223372036854775808])
def test_every_number_of_64_bits_is_read(number: int) -> None:
    assert parse_json(str(number)) == number
