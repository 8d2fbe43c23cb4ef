"""Samples that are the same each time."""

from collections import Counter

from workflows.results.plot import (
    Point,
)
from workflows.results.sampling import evenly_spaced, sample_points


def test_a_sample_is_even_holds_both_ends_and_is_the_same_each_time() -> None:
    items = list(range(10_001))
    sample = evenly_spaced(items, 11)
    assert sample == list(range(0, 10_001, 1_000))
    assert evenly_spaced(items[:5], 11) == items[:5]
    assert len(evenly_spaced(items)) == 2_000


def test_a_sample_of_points_shows_every_status_and_follows_no_pattern() -> None:
    points = [
        Point(n, n, n, "", "failed" if n % 10 == 9 else "terminated" if n < 30 else "completed")
        for n in range(20_000)
    ]
    drawn = sample_points(points)
    counts = Counter(point.status for point in drawn)
    assert counts["terminated"] == 27
    assert 150 <= counts["failed"] <= 250
    assert len(drawn) <= 2_100
    assert {point.job_id % 7 for point in drawn} == set(range(7))
    assert sample_points(points[::-1]) == drawn
    assert sample_points(points[:7]) == points[:7]
