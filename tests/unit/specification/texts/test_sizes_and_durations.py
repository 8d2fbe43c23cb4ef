"""Memory sizes and runtimes."""

from __future__ import annotations

import pytest

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
