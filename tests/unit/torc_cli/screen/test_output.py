"""Tables, JSON and what happens to control characters."""

import pytest

from torc_cli.screen import output


def test_the_table_is_the_tutorials() -> None:
    drawn = output.table(["ID", "Name", "Data", "Workflow ID"], [["1", "ml_config", "null", "1"]])
    assert drawn.splitlines() == [
        "╭────┬───────────┬──────┬─────────────╮",
        "│ ID │ Name      │ Data │ Workflow ID │",
        "├────┼───────────┼──────┼─────────────┤",
        "│ 1  │ ml_config │ null │ 1           │",
        "╰────┴───────────┴──────┴─────────────╯",
    ]


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("数据", 4), ("e\u0301", 1), ("ü", 1), ("🚀", 2), ("", 0)]
)
def test_width_counts_terminal_columns(text: str, columns: int) -> None:
    assert output.width(text) == columns


def test_wide_cells_keep_the_box_straight() -> None:
    lines = output.table(["Name"], [["数据"], ["e\u0301"], ["abc"]]).splitlines()
    assert len({output.width(line) for line in lines}) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x9b2J", "\\x9b2J"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\x00\x7f", "\\x00\\x7f"),
        ("\udc80", "\\udc80"),
        ("a\u3000b", "a\u3000b"),
        ("<img src=x onerror=1>", "<img src=x onerror=1>"),
    ],
)
def test_control_characters_are_made_visible(text: str, shown: str) -> None:
    assert output.visible(text) == shown


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("数据数据", 5, "数据…"),
        ("数据数据", 4, "数…"),
    ],
)
def test_long_texts_are_cut_by_columns(text: str, columns: int, expected: str) -> None:
    assert output.cut(text, columns) == expected


def test_a_command_is_shown_by_its_first_line() -> None:
    assert output.first_line("\n  echo 1\necho 2\n") == "echo 1 …"
    assert output.first_line("echo 1\n") == "echo 1"
    assert output.first_line("") == ""


def test_a_log_keeps_colors_and_nothing_else() -> None:
    evil = (
        "\x1b[31mred\x1b[0m\x1b]52;c;ZXZpbA==\x07\x1b]0;t\x07\x1b]8;;javascript:x\x07L\x1b]8;;\x07"
        "\x1b[2J\x1b[1;1H\x1bP$q\x1b\\\x9b2K\u202eend\n"
    )
    assert output.only_colors(evil) == "\x1b[31mred\x1b[0mLend\n"


def test_a_string_that_is_never_closed_hides_the_rest_only() -> None:
    assert output.only_colors("a\x1b]0;title") == "a"


def test_a_record_is_shown_key_by_key() -> None:
    record = {"id": 1, "data": {"a": [1]}, "command": "a\n\x1bb", "none": None, "empty": {}}
    assert output.block(record).splitlines() == [
        "id: 1",
        "data:",
        "{",
        '  "a": [',
        "    1",
        "  ]",
        "}",
        "command:",
        "  a",
        "  \\x1bb",
        "none: ",
        "empty: {}",
    ]
