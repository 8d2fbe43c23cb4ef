from jobs.worker.limit_watcher import Usage
from jobs.worker.usage import MAX_POINTS, Point, decoded, encoded, outline, thinned


def looks(count: int) -> list[Point]:
    return [Point(float(n), n, n % 2 * 100.0) for n in range(count)]


def test_a_short_series_stays_as_it_is() -> None:
    assert thinned(looks(MAX_POINTS)) == looks(MAX_POINTS)


def test_a_long_series_keeps_its_peak_and_its_mean_in_few_points() -> None:
    thin = thinned(looks(10_000))
    assert len(thin) <= MAX_POINTS
    assert max(point.memory for point in thin) == 9_999
    assert all(40 <= point.cpu <= 60 for point in thin)
    assert [point.seconds for point in thin] == sorted(point.seconds for point in thin)


def test_looks_at_one_moment_are_one_point() -> None:
    assert len(thinned([Point(5.0, 1, 0.0)] * 500)) == 1


def test_a_clock_that_goes_back_costs_nothing_but_order() -> None:
    assert len(thinned([Point(5.0 - n, n, 0.0) for n in range(500)])) <= MAX_POINTS


def test_a_series_survives_its_storage() -> None:
    assert decoded(encoded([Point(1.04, 5, 99.6), Point(2.0, 7, 3.0)])) == [
        Point(1.0, 5, 100.0),
        Point(2.0, 7, 3.0),
    ]


def test_one_look_is_no_line_and_is_not_stored() -> None:
    assert encoded(looks(1)) == ""


def test_what_cannot_be_read_is_no_series() -> None:
    odd = ("", "{", "[[1]]", '["x"]', "7", "[[1,NaN,0]]", "[[1,-1,0]]", f"[[1,{10**400},0]]")
    assert [decoded(text) for text in odd] == [[]] * len(odd)


def test_what_an_attempt_used_is_stored_in_a_bounded_text() -> None:
    usage = Usage()
    for n in range(100_000):
        usage.add(float(n), 1 << 40, 6_400.0)
    assert len(usage.points) <= 2 * MAX_POINTS
    assert len(encoded(usage.points)) < 8_000
    assert usage.n_samples == 100_000


def test_the_outline_begins_at_the_left_and_stays_inside() -> None:
    assert outline([(1.0, 5.0), (2.0, 20.0)], 10.0, 100.0, 40.0) == "M50.0 20.0L100.0 0.0"
    assert outline([], 10.0, 100.0, 40.0) == ""
    assert outline([(1.0, 0.0)], 0.0, 100.0, 40.0) == ""
