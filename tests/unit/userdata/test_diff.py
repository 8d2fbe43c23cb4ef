import json

import pytest

from userdata.diff import MAX_CHANGES, MAX_SHOWN, MAX_WIDTH, Change, compare

OLD = '{"a": 1, "b": {"c": [1, 2, {"x": 1.5}]}, "d": [1, 2, 3, 4, 5, 6, 7, 8, 9], "z": 0}'
NEW = '{"b": {"c": [1, 3, {"x": 1.50}]}, "d": [1, 2, 3, 4, 5, 6, 7, 8, 9], "z": 0, "e": null}'


def shown(old: str, new: str) -> list[str]:
    signs = {"same": " ", "added": "+", "removed": "-", "gap": "…"}
    return [signs[line.kind] + line.text for line in compare(old, new).lines]


def test_lines_are_marked_and_equal_ones_far_away_are_left_out() -> None:
    assert shown(OLD, NEW) == [
        " {",
        '-  "a": 1,',
        '   "b": {',
        '     "c": [',
        "       1,",
        "-      2,",
        "+      3,",
        "       {",
        '-        "x": 1.5',
        '+        "x": 1.50',
        "       }",
        "     ]",
        "   },",
        "…8 equal lines",
        "     8,",
        "     9",
        "   ],",
        '-  "z": 0',
        '+  "z": 0,',
        '+  "e": null',
        " }",
    ]


def test_changes_name_the_place_and_both_values() -> None:
    assert compare(OLD, NEW).changes == [
        Change("changed", "b.c[1]", "2", "3"),
        Change("changed", "b.c[2].x", "1.5", "1.50"),
        Change("added", "e", None, "null"),
        Change("removed", "a", "1", None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1", "2", Change("changed", "", "1", "2")),
        ("1", '"1"', Change("changed", "", "1", '"1"')),
        ("null", '{"a": [1, 2]}', Change("changed", "", "null", '{ "a": [ 1, 2 ] }')),
        ("[1]", "[1, true]", Change("added", "[1]", None, "true")),
        ("[1, [2]]", "[1]", Change("removed", "[1]", "[ 2 ]", None)),
        ("false", "0", Change("changed", "", "false", "0")),
    ],
)
def test_one_change(old: str, new: str, expected: Change) -> None:
    assert compare(old, new).changes == [expected]


@pytest.mark.parametrize("text", ["null", "[]", '{"ä": [1, {"b": "x"}]}', "[" * 64 + "]" * 64])
def test_a_text_does_not_differ_from_itself_however_it_is_laid_out(text: str) -> None:
    difference = compare(text, f" {text}\n")
    assert (difference.lines, difference.changes, difference.is_cut) == ([], [], False)


def test_line_numbers_are_those_of_the_indented_texts() -> None:
    lines = [line for line in compare("[1,2,3,4,5,6]", "[1,2,3,4,5,7]").lines if line.kind != "gap"]
    numbers = [(line.old_number, line.new_number) for line in lines]
    assert numbers == [(4, 4), (5, 5), (6, 6), (7, None), (None, 7), (8, 8)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (list(range(100_000)), list(range(1, 100_001))),
        ([n % 2 for n in range(100_000)], [n % 3 for n in range(100_000)]),
        ({str(n): n for n in range(50_000)}, {str(n): -n for n in range(50_000)}),
        (["x" * 500_000], ["x" * 500_000 + "y"]),
        ([], [[n] for n in range(50_000)]),
    ],
    ids=["shifted", "few kinds", "all keys", "long text", "from nothing"],
)
def test_large_values_are_answered_in_part(old: object, new: object) -> None:
    difference = compare(json.dumps(old), json.dumps(new))
    assert 0 < len(difference.lines) <= MAX_SHOWN
    assert 0 < len(difference.changes) <= MAX_CHANGES
    assert all(len(line.text) <= MAX_WIDTH + 1 for line in difference.lines)
    shown_values = [
        text for change in difference.changes for text in (change.old, change.new) if text
    ]
    assert all(len(text) <= MAX_WIDTH + 1 for text in shown_values)
    is_large = not isinstance(old, list) or old != ["x" * 500_000]
    assert difference.is_cut == difference.has_more_changes == is_large
