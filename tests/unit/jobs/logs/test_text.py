import pytest

from jobs.logs.text import BLOCK_LINES, excerpt, readable


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"plain\n", "plain\n"),
        (b"\x1b[31mred\x1b[0m and \x1b[1;38;5;9mbold\x1b[m", "red and bold"),
        (b"\x1b]0;a title\x07after", "after"),
        (b"\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"10%\r50%\r100%\ndone\n", "100%\ndone\n"),
        (b"50%\r", "50%"),
        (b"windows\r\nline\r\n", "windows\nline\n"),
        (b"bell\x07 null\x00 back\x08", "bell␇ null␀ back␈"),
        (b"tab\tstays", "tab\tstays"),
        (b"\xff\xfe", "��"),
        ("\u202eevil".encode(), "\\u202eevil"),
        (b"<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_log_becomes_text_that_does_nothing(content: bytes, text: str) -> None:
    assert readable(content) == text


def test_a_line_that_is_still_being_written_stands_apart() -> None:
    shown = excerpt(b"one\ntwo\nthr", 100)
    assert shown.blocks == ["one\ntwo\n"]
    assert shown.partial == "thr"
    assert shown.next_offset == 108


def test_the_last_line_of_an_ended_log_needs_no_end() -> None:
    shown = excerpt(b"one\ntwo", 0, is_last=True)
    assert shown.blocks == ["one\ntwo"]
    assert shown.partial == ""
    assert shown.next_offset == 7


def test_a_cut_first_line_is_left_out() -> None:
    assert excerpt(b"rest of a line\nwhole\n", 50, is_cut=True).blocks == ["whole\n"]


def test_a_line_without_any_end_is_shown_when_it_grows_long() -> None:
    shown = excerpt(b"x" * 10_000, 0)
    assert shown.blocks == ["x" * 10_000]
    assert shown.next_offset == 10_000


def test_long_logs_come_in_blocks() -> None:
    shown = excerpt(b"line\n" * (BLOCK_LINES * 2 + 1), 0)
    assert [block.count("\n") for block in shown.blocks] == [BLOCK_LINES, BLOCK_LINES, 1]


def test_an_empty_log_has_nothing() -> None:
    shown = excerpt(b"", 0, is_last=True)
    assert (shown.blocks, shown.partial, shown.next_offset) == ([], "", 0)
