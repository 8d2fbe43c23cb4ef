"""The height of each stop."""

import pytest

from workflows.graph.layout.space import nearest_rising


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([], []),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]),
        ([3.0, 1.0], [2.0, 2.0]),
        ([5.0, 1.0, 0.0, 9.0], [2.0, 2.0, 2.0, 9.0]),
    ],
)
def test_values_that_would_fall_meet_in_their_middle(
    wanted: list[float], expected: list[float]
) -> None:
    assert nearest_rising(wanted, [1.0] * len(wanted)) == pytest.approx(expected)
