"""JSON that keeps numbers as they were written."""

import json
import subprocess
import sys

import pytest

from torc_cli.commands.up import PROJECT
from torc_cli.screen import json_verbatim

NUMBERS = "[1.0, 1e5, 0.10, -0, 1E+2, 123456789012345678901234567890, 1.7976931348623157e400]"


def test_numbers_print_as_they_were_written() -> None:
    assert json_verbatim.compact(json_verbatim.loads(NUMBERS)) == NUMBERS


def test_very_long_numbers_are_kept() -> None:
    text = "9" * 10_000
    assert json_verbatim.compact(json_verbatim.loads(text)) == text


def test_key_order_is_kept() -> None:
    text = '{"b": 1, "a": {"z": null, "y": true}}'
    assert json_verbatim.compact(json_verbatim.loads(text)) == text


@pytest.mark.parametrize(
    "value", [None, True, False, 0, 1, "", 'ü\n"\\', [], {}, [[], {}], {"a": [1, {"b": None}]}]
)
def test_what_is_printed_is_json(value: object) -> None:
    assert json.loads(json_verbatim.compact(value)) == value
    assert json.loads(json_verbatim.pretty(value)) == value
    assert json_verbatim.pretty(value) == json.dumps(value, indent=2, ensure_ascii=False)


@pytest.mark.parametrize("text", ["\x7f", "\x9b", "\u202e", "\U000e0001", "\ud800"])
def test_strings_never_carry_control_characters(text: str) -> None:
    quoted = json_verbatim.string(text)
    assert quoted.isascii()
    assert json.loads(quoted) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1', "line 1, column 8: Expecting ',' delimiter"),
        ('{"a":\n  oops}', "line 2, column 3: Expecting value"),
        ("[1] 2", "line 1, column 5: Extra data"),
        ('{"x": "NaN",\n "a": NaN}', "line 2, column 7: NaN is not JSON"),
        ("-Infinity", "line 1, column 1: -Infinity is not JSON"),
        ("'a'", "line 1, column 1: Expecting value"),
        ("", "line 1, column 1: Expecting value"),
        ('"a\nb"', "line 1, column 3: Invalid control character at"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_not_json_is_placed(text: str, message: str) -> None:
    with pytest.raises(json_verbatim.NotJson) as caught:
        json_verbatim.loads(text)
    assert message in str(caught.value)


def test_members_and_elements_come_as_written() -> None:
    assert json_verbatim.members(' { "a" : 1.0 ,"b":[ 1 ] } ') == {"a": "1.0", "b": "[ 1 ]"}
    assert json_verbatim.elements('[ {"a":1} , 2.50,"x"]') == ['{"a":1}', "2.50", '"x"']
    assert json_verbatim.members("{}") == {}
    assert json_verbatim.elements("[ ]") == []


@pytest.mark.parametrize("text", ["[]", "1", "null", "{"])
def test_members_are_of_objects_only(text: str) -> None:
    with pytest.raises(json_verbatim.NotJson):
        json_verbatim.members(text)


def test_bad_json_is_placed_where_json_was_never_imported() -> None:
    script = (
        f"import sys; sys.path.insert(0, {PROJECT!r})\n"
        "from torc_cli.screen import json_verbatim as verbatim\n"
        "try: verbatim.loads('{a')\n"
        "except verbatim.NotJson as error: print(error)"
    )
    ran = subprocess.run(
        [sys.executable, "-IS", "-c", script], capture_output=True, text=True, timeout=20
    )
    assert ran.stdout.startswith("line 1, column 2: Expecting property name"), ran.stderr


def test_without_the_accelerator_it_works_the_same() -> None:
    script = (
        "import sys; sys.modules['_json'] = None\n"
        "from torc_cli.screen import json_verbatim as verbatim\n"
        f"assert verbatim.compact(verbatim.loads({NUMBERS!r})) == {NUMBERS!r}\n"
        'assert verbatim.members(\'{"a": 1.0}\') == {"a": "1.0"}'
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=20)
