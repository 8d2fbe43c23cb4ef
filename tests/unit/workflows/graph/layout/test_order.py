"""The order of the stops in each column."""

from workflows.graph.layout.order import n_crossings, order_columns


def test_crossings_are_counted_and_undone() -> None:
    before: list[list[int]] = [[], [], [1], [0]]
    after: list[list[int]] = [[3], [2], [], []]
    assert n_crossings([[0, 1], [2, 3]], after) == 1
    assert n_crossings(order_columns([[0, 1], [2, 3]], before, after), after) == 0
