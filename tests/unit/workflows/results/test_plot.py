import math

import pytest

from workflows.results.plot import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Point,
    axis_unit,
    build_plot,
    choose_scale,
    tick_label,
    tick_values,
)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0, 10], [0, 2, 4, 6, 8, 10]),
        ([1, 9], [0, 2, 4, 6, 8, 10]),
        ([7.2, 9.9], [7, 8, 9, 10]),
        ([-3, 4], [-4, -2, 0, 2, 4]),
        ([0.001, 0.001, 1000], [0.001, 0.01, 0.1, 1, 10, 100, 1000]),
        ([5], [2, 3, 4, 5, 6, 7, 8]),
        ([0], [-0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6]),
    ],
)
def test_ticks_are_round_numbers_around_the_values(values: list[float], ticks: list[float]) -> None:
    values_at_ticks = tick_values(choose_scale(values))
    assert values_at_ticks == pytest.approx(ticks)


@pytest.mark.parametrize(
    "values",
    [
        [1e-300, 1.0],
        [1e99, -1e99],
        [1.0, 1.0 + 1e-15],
        [5e-324, 0.0],
        [1e16, 1e16 + 2],
        [3, 600],
        [-1e-7, 1e-7],
    ],
)
def test_any_values_lie_on_their_scale(values: list[float]) -> None:
    scale = choose_scale(values)
    assert 2 <= len(tick_values(scale)) <= 15
    for value in values:
        assert -1e-9 <= scale.share(value) <= 1 + 1e-9


def test_values_of_many_magnitudes_get_a_logarithmic_scale() -> None:
    scale = choose_scale([0.001, 0.1, 1.0])
    assert scale.is_log
    assert math.isclose(scale.share(0.1), 2 / 3)
    assert choose_scale([0.001, 0.003, 0.01, 0.03, 0.1]).is_log
    assert not choose_scale([0.0, 1.0, 1000.0]).is_log
    assert not choose_scale(range(1, 1000)).is_log


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (0, "0"),
        (0.1 + 0.2, "0.3"),
        (1500, "1,500"),
        (1e-05, "1e-5"),
        (2.5e9, "2.5e9"),
        (-0.5, "-0.5"),
    ],
)
def test_a_tick_is_labeled_in_short(value: float, label: str) -> None:
    assert tick_label(value) == label


@pytest.mark.parametrize(
    ("unit", "highest", "expected"),
    [
        ("s", 59, (1.0, "s")),
        ("s", 900, (60.0, "min")),
        ("s", 9000, (3600.0, "h")),
        ("B", 3 << 30, (2.0**30, "GiB")),
        ("", 1e9, (1.0, "")),
    ],
)
def test_an_axis_is_drawn_in_a_unit_that_fits(
    unit: str, highest: float, expected: tuple[float, str]
) -> None:
    assert axis_unit(unit, highest) == expected


def test_a_logarithmic_axis_is_drawn_in_the_plain_unit() -> None:
    points = [Point(seconds, 1, seconds, "", "completed") for seconds in (1, 2, 9000)]
    drawn = build_plot(points, ("Time", "s"), ("y", ""), 3)
    assert drawn
    assert drawn.x.label == "Time (s, log)"


def test_points_are_drawn_inside_the_axes_and_the_legend_names_their_statuses() -> None:
    points = [Point(n, n * n, n, f"fit_{n}", "failed" if n % 2 else "completed") for n in range(10)]
    drawn = build_plot(points, ("lr", ""), ("Time", "s"), 12)
    assert drawn
    assert [entry.status for entry in drawn.legend] == ["completed", "failed"]
    assert len({entry.shape for entry in drawn.legend}) == 2
    assert (drawn.x.label, drawn.y.label) == ("lr", "Time (s)")
    assert drawn.n_points == 12
    for mark in drawn.marks:
        assert LEFT <= float(mark.left) <= RIGHT
        assert TOP <= float(mark.top) <= BOTTOM
    assert float(drawn.marks[0].top) > float(drawn.marks[-1].top)


def test_no_points_are_no_plot() -> None:
    assert build_plot([], ("x", ""), ("y", ""), 0) is None
