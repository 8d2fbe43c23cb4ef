"""Dependencies of a plan, counted."""

from __future__ import annotations

import pytest

from specification.plan import count_edges


@pytest.mark.parametrize(
    ("waits", "sets", "count"),
    [
        ([], [], 0),
        ([(), (0,), (0,)], [(0,)], 2),
        ([(0, 1)], [(1, 2), (2, 3)], 3),
        ([(0, 1), (0, 1), (1,)], [(1, 2), (2, 3)], 8),
        ([(0, 1, 2)], [tuple(range(100)), tuple(range(50, 150)), (149, 200)], 151),
    ],
)
def test_pairs_that_wait_are_counted_once(
    waits: list[tuple[int, ...]], sets: list[tuple[int, ...]], count: int
) -> None:
    assert count_edges(waits, sets) == count
