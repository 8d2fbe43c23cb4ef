"""How long the first end of a transaction waits for others."""

import pytest

from jobs.worker.group_commit import SHORT, WAIT, Grouping

NOW = 100.0


@pytest.mark.parametrize(
    ("ended", "later", "is_urgent", "leisure"),
    [
        ([1], 0.0, False, WAIT),  # 2 began with it
        ([1], WAIT / 2, False, WAIT / 2),
        ([1], WAIT * 2, False, 0.0),
        ([1, 2], 0.0, False, 0.001),  # there is nobody left to wait for
        ([1], 0.0, True, 0.001),
        ([], 0.0, False, WAIT),
    ],
)
def test_an_end_waits_for_those_that_began_with_it(
    ended: list[int], later: float, is_urgent: bool, leisure: float
) -> None:
    grouping = Grouping(0.001)
    grouping.note([], [1, 2], NOW)
    seconds = grouping.leisure(ended, NOW + later, is_urgent=is_urgent)
    assert seconds == pytest.approx(leisure)


def test_a_lone_end_waits_for_nobody() -> None:
    grouping = Grouping(0.0)
    grouping.note([], [1], NOW)
    assert grouping.leisure([1], NOW, is_urgent=False) == 0.0


def test_what_runs_for_long_is_not_expected_any_more() -> None:
    grouping = Grouping(0.0)
    grouping.note([], [1, 2], NOW)
    grouping.note([1], [3], NOW + SHORT)
    assert grouping.leisure([3], NOW + SHORT, is_urgent=False) == 0.0


def test_what_still_runs_shortly_is_expected_over_the_next_commits() -> None:
    grouping = Grouping(0.0)
    grouping.note([], [1, 2], NOW)
    grouping.note([1], [3], NOW + SHORT / 2)
    assert grouping.leisure([3], NOW + SHORT / 2, is_urgent=False) == pytest.approx(WAIT)
