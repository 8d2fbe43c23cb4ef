"""The layout: columns from left to right, nothing on top of anything, the same every time."""

import re

import pytest

from tests.unit.workflows.graph.layout.graphs import (
    families,
    graph,
    lefts,
    n_overlaps,
    random_graph,
)
from workflows.graph.layout.lay_out import lay_out
from workflows.graph.layout.shapes import Drawing, Edge, Graph

RANDOM = [(12, 14, 1), (40, 60, 2), (120, 170, 3)]


def middles(drawing: Drawing) -> list[int]:
    return [box.y + box.height // 2 for box in drawing.geometry.boxes]


def test_an_empty_graph_takes_no_room() -> None:
    assert lay_out(Graph()).geometry.boxes == ()


def test_a_chain_is_one_straight_line() -> None:
    drawing = lay_out(graph(families(1, 5, 5, 1), (0, 1), (1, 2), (2, 3)))
    assert lefts(drawing) == sorted(set(lefts(drawing)))
    assert len(set(middles(drawing))) == 1
    assert all("C" not in line.path for line in drawing.geometry.lines)


@pytest.mark.parametrize(("n_vertices", "n_edges", "seed"), RANDOM)
def test_no_box_lies_on_another_and_edges_lead_to_the_right(
    n_vertices: int, n_edges: int, seed: int
) -> None:
    drawn = random_graph(n_vertices, n_edges, seed)
    drawing = lay_out(drawn)
    boxes = drawing.geometry.boxes
    assert n_overlaps(drawing) == 0
    assert all(boxes[e.source].x + boxes[e.source].width < boxes[e.target].x for e in drawn.edges)
    assert max(box.x + box.width for box in boxes) <= drawing.geometry.width
    assert max(box.y + box.height for box in boxes) <= drawing.geometry.height
    assert min(min(box.x, box.y) for box in boxes) >= 0


@pytest.mark.parametrize(("n_vertices", "n_edges", "seed"), RANDOM)
def test_no_line_runs_through_a_box(n_vertices: int, n_edges: int, seed: int) -> None:
    drawing = lay_out(random_graph(n_vertices, n_edges, seed))
    for line in drawing.geometry.lines:
        ends = drawing.graph.edges[line.edge].ends
        others = [box for at, box in enumerate(drawing.geometry.boxes) if at not in ends]
        for begin, end, y in level_pieces(line.path):
            inside = [b for b in others if b.x < end and begin < b.x + b.width]
            assert all(not b.y <= y <= b.y + b.height for b in inside)


def level_pieces(path: str) -> list[tuple[int, int, int]]:
    """The level pieces of a line: from, to, how far down. Curves stay between the columns."""
    pieces = []
    x = y = 0
    for command, numbers in re.findall(r"([MHC])([-\d ]+)", path):
        values = [int(number) for number in numbers.split()]
        if command == "H":
            pieces.append((x, values[0], y))
            x = values[0]
        else:
            x, y = values[-2:]
    return pieces


def test_the_same_graph_gives_the_same_drawing() -> None:
    assert lay_out(random_graph(50, 70, 9)) == lay_out(random_graph(50, 70, 9))


def test_a_back_edge_is_drawn_beside_the_one_it_answers() -> None:
    edges = (Edge(0, 1, 40, ("job",)), Edge(1, 0, 39, ("job",), is_back=True))
    lines = lay_out(Graph(tuple(families(40, 40)), edges)).geometry.lines
    assert [line.label for line in lines] == ["1:1", "39 edges"]
    assert lines[0].path != lines[1].path


def test_labels_do_not_lie_on_each_other() -> None:
    vertices = families(*[10] * 8)
    pairs = [(source, target) for source in range(4) for target in range(4, 8)]
    places = [
        (line.x, line.y) for line in lay_out(graph(vertices, *pairs)).geometry.lines if line.label
    ]
    assert len(set(places)) == len(places)
