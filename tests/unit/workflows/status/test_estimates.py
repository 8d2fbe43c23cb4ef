import pytest

from workflows.status.estimates import rough_duration, seconds_left


@pytest.mark.parametrize(
    ("counts", "median", "seconds"),
    [
        ({"completed": 10, "running": 4, "ready": 96}, 10.0, 245.0),
        ({"running": 2, "pending": 2, "blocked": 4, "failed": 9}, 60.0, 90.0),
        ({"completed": 10, "running": 4}, 10.0, 5.0),  # the last ones are half done
        ({"running": 1, "disabled": 50, "pending_failed": 9}, 10.0, 5.0),
        ({"completed": 10, "ready": 4}, 10.0, None),  # nothing runs: nothing tells
        ({"running": 4}, None, None),
        ({}, 1.0, None),
    ],
)
def test_what_is_left_follows_from_the_median_and_what_runs_side_by_side(
    counts: dict[str, int], median: float | None, seconds: float | None
) -> None:
    assert seconds_left(counts, median) == seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"),
        (7, "7 s"),
        (44, "40 s"),
        (600, "10 min"),
        (5400, "1.5 h"),
        (7200, "2 h"),
        (86400, "24 h"),
        (86400 * 3, "3 d"),
    ],
)
def test_an_estimate_is_told_roughly(seconds: float, words: str) -> None:
    assert rough_duration(seconds) == words
