"""Which last lines are one cause, and which are several."""

import pytest

from jobs.recording.causes import cause_of


def label_of(line: str) -> str:
    return cause_of(1, "", "return code 1", line, "").label


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("KeyError: 'lr_0.1'", "KeyError: 'lr_0.25'"),
        ("ValueError: x is 1e-17", "ValueError: x is -3"),
        ("ValueError: got [1, 2, 3]", "ValueError: got [4, 5]"),
        ("OSError: /a/b c", "OSError: /x/y/z c"),
        ("Error: object <A at 0x7f01>", "Error: object <A at 0xffe2>"),
        (
            "Error: run 6f1c0a52-6c1f-4f0e-9d55-0c9b8f4a2e11",
            "Error: run " + "ab" * 4 + "-1234" * 3 + "-" + "9f" * 6,
        ),
        ("Error: commit 4f2a9c1d77", "Error: commit 99e01fab3c"),
        ("Error: since 2024-01-02T03:04:05Z", "Error: since 2023-11-12 13:14:15.678+02:00"),
        ("Error: https://a.example/x?y=1", "Error: http://10.0.0.1:8080/z"),
        ("Error: C:\\temp\\a.txt", "Error: D:\\data\\b.txt"),
        ("Error: took 1,234,567 rows", "Error: took 12 rows"),
    ],
)
def test_lines_that_differ_in_details_are_one_cause(line: str, other: str) -> None:
    assert label_of(line) == label_of(other)


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("OSError: [Errno 2] x", "OSError: [Errno 13] x"),
        ("HTTP Error 404: x", "HTTP Error 500: x"),
        ("Error: expected int64", "Error: expected int32"),
        ("tool failed with exit status 3", "tool failed with exit status 4"),
        ("KeyError: 'temp'", "KeyError: 'wind'"),
    ],
)
def test_codes_and_names_tell_causes_apart(line: str, other: str) -> None:
    assert label_of(line) != label_of(other)
