"""Bars, and the order and signs of statuses."""

import pytest

from jobs.statuses import DISPLAY_ORDER, GLYPHS
from workflows.graph.layout.paint import (
    SMALLEST_PART,
    WORDS,
    WORST_FIRST,
    bar_parts,
    worst_status,
)


@pytest.mark.parametrize(
    "counts",
    [
        {"completed": 6663, "failed": 1},
        {"completed": 1},
        dict.fromkeys(WORDS, 1),
        {"completed": 10**6} | dict.fromkeys(WORDS[1:], 1),
        {"ready": 3, "failed": 100, "running": 7},
    ],
)
def test_bars_show_every_status_and_end_with_failed(counts: dict[str, int]) -> None:
    parts = bar_parts(counts, 194)
    assert [word for word, _, _ in parts] == [word for word in WORDS if word in counts]
    assert min(width for _, _, width in parts) >= SMALLEST_PART
    assert sum(width for _, _, width in parts) == 194
    ends = [start + width for _, start, width in parts]
    assert [start for _, start, _ in parts] == [0, *ends[:-1]]


def test_a_bar_of_nothing_is_empty() -> None:
    assert bar_parts({}, 194) == []


def test_order_and_signs_are_those_of_all_pages() -> None:
    assert list(WORDS) == [status.word for status in DISPLAY_ORDER]
    assert list(GLYPHS) == list(WORDS)
    assert set(WORST_FIRST) == set(WORDS)
    assert worst_status({"completed": 5, "failed": 1}) == "failed"
    assert worst_status({"completed": 5}) == "completed"
