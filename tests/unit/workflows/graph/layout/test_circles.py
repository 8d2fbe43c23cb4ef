"""Circles of a graph."""

from workflows.graph.layout.circles import components


def test_components_are_what_can_reach_each_other() -> None:
    component = components(5, [(0, 1), (1, 0), (1, 2), (3, 4), (4, 3), (2, 3)])
    assert component[0] == component[1]
    assert component[3] == component[4]
    assert len(set(component)) == 3
