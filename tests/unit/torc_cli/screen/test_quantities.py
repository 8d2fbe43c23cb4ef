"""Counts, times and sizes in words."""

import pytest

from torc_cli.screen.quantities import bytes_in_words, counts_in_words, seconds_in_words


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
