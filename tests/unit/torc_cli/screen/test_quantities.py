"""Counts, times and sizes in words."""

import pytest

from torc_cli.screen.quantities import (
    bytes_in_words,
    counts_in_words,
    seconds_in_words,
    time_of,
    time_of_seconds,
)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (counts_in_words({}), "no jobs"),
        (counts_in_words({"failed": 1, "completed": 2}), "2 completed, 1 failed"),
        (seconds_in_words(0.4), "0.40 s"),
        (seconds_in_words(185), "3m 05s"),
        (seconds_in_words(7380), "2h 03m"),
        (bytes_in_words(None), ""),
        (bytes_in_words(512), "512 B"),
        (bytes_in_words(1536), "1.5 KiB"),
        (bytes_in_words(5 * 2**40), "5.0 TiB"),
    ],
)
def test_numbers_in_words(words: str, text: str) -> None:
    assert words == text


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (time_of("2026-01-31T12:00:00.123456+00:00"), "2026-01-31 12:00:00 UTC"),
        (time_of("2026-01-31T12:00:00Z"), "2026-01-31 12:00:00 UTC"),
        (time_of("2026-01-31T12:00:00.5+02:00"), "2026-01-31 12:00:00 +02:00"),
        (time_of(None), ""),
        (time_of_seconds(1), "1970-01-01 00:00:01 UTC"),
        (time_of_seconds(None), ""),
    ],
)
def test_times_carry_their_zone(time: str, text: str) -> None:
    assert time == text
