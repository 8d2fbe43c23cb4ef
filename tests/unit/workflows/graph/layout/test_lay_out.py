"""The layout: columns from left to right, nothing on top of anything, the same every time."""

import re

import pytest

from tests.unit.workflows.graph.layout.graphs import families, graph, n_overlaps, random_graph
from workflows.graph.layout.lay_out import lay_out
from workflows.graph.layout.order import n_crossings, order_columns
from workflows.graph.layout.rank import longest_paths, tight_ranks
from workflows.graph.layout.shapes import Drawing, Edge, Graph, Vertex
from workflows.graph.layout.space import nearest_rising

RANDOM = [(12, 14, 1), (40, 60, 2), (120, 170, 3)]


def lefts(drawing: Drawing) -> list[int]:
    return [box.x for box in drawing.geometry.boxes]


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
        values = [int(one) for one in numbers.split()]
        if command == "H":
            pieces.append((x, values[0], y))
            x = values[0]
        else:
            x, y = values[-2:]
    return pieces


def test_the_same_graph_gives_the_same_drawing() -> None:
    assert lay_out(random_graph(50, 70, 9)) == lay_out(random_graph(50, 70, 9))


def test_columns_are_the_longest_paths_and_sources_stand_near_their_readers() -> None:
    pairs = [(0, 1), (1, 2), (0, 2), (2, 3), (4, 3)]
    assert longest_paths(5, pairs) == [0, 1, 2, 3, 0]
    assert tight_ranks(5, pairs) == [0, 1, 2, 3, 2]
    with pytest.raises(ValueError, match="circle"):
        longest_paths(2, [(0, 1), (1, 0)])


def test_crossings_are_counted_and_undone() -> None:
    before: list[list[int]] = [[], [], [1], [0]]
    after: list[list[int]] = [[3], [2], [], []]
    assert n_crossings([[0, 1], [2, 3]], after) == 1
    assert n_crossings(order_columns([[0, 1], [2, 3]], before, after), after) == 0


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([], []),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]),
        ([3.0, 1.0], [2.0, 2.0]),
        ([5.0, 1.0, 0.0, 9.0], [2.0, 2.0, 2.0, 9.0]),
    ],
)
def test_values_that_would_fall_meet_in_their_middle(
    wanted: list[float], found: list[float]
) -> None:
    assert nearest_rising(wanted, [1.0] * len(wanted)) == pytest.approx(found)


def test_jobs_between_the_same_neighbours_share_a_frame_and_two_lines() -> None:
    jobs = [Vertex(f"j{at}", f"job{at}", 1, "job", (at,)) for at in range(32)]
    fan = [(0, at) for at in range(1, 31)] + [(at, 31) for at in range(1, 31)]
    drawing = lay_out(graph(jobs, *fan))
    assert (len(drawing.geometry.lines), len(drawing.geometry.frames)) == (2, 1)
    assert n_overlaps(drawing) == 0
    assert drawing.geometry.height < 600


def test_jobs_without_any_neighbours_stand_in_a_grid() -> None:
    jobs = [Vertex(f"j{at}", f"job{at}", 1, "job", (at,)) for at in range(40)]
    drawing = lay_out(graph(jobs))
    assert len(set(lefts(drawing))) > 2
    assert n_overlaps(drawing) == 0


def test_a_back_edge_is_drawn_beside_the_one_it_answers() -> None:
    edges = (Edge(0, 1, 40, ("job",)), Edge(1, 0, 39, ("job",), is_back=True))
    lines = lay_out(Graph(tuple(families(40, 40)), edges)).geometry.lines
    assert [line.label for line in lines] == ["1:1", "39 edges"]
    assert lines[0].path != lines[1].path


def test_labels_do_not_lie_on_each_other() -> None:
    vertices = families(*[10] * 8)
    pairs = [(source, target) for source in range(4) for target in range(4, 8)]
    places = [
        (one.x, one.y) for one in lay_out(graph(vertices, *pairs)).geometry.lines if one.label
    ]
    assert len(set(places)) == len(places)
