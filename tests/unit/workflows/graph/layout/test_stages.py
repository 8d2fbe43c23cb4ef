"""The list that says what starts when."""

from workflows.graph.layout.shapes import Edge, Graph, Vertex
from workflows.graph.layout.stages import stage_lines


def test_the_list_says_what_starts_when() -> None:
    vertices = [
        Vertex("f0", "prepare", 1),
        Vertex("f1", "analyze_{i}", 6664),
        Vertex("f2", "post_{i}", 6664),
        Vertex("f3", "report", 1),
    ]
    edges = (Edge(0, 1, 6664), Edge(1, 2, 6664), Edge(2, 3, 6664), Edge(0, 3, 1))
    assert [line.text for line in stage_lines(Graph(tuple(vertices), edges))] == [
        "Stage 1: prepare 1, starts at once",
        "Stage 2: analyze_{i} 6,664, starts when prepare is done",
        "Stage 3: post_{i} 6,664, starts when its analyze_{i} are done",
        "Stage 4: report 1, starts when all 6,664 post_{i} and prepare are done",
    ]


def test_the_list_looks_through_data() -> None:
    vertices = (Vertex("f0", "a", 1), Vertex("d0", "out", 1, "file"), Vertex("f1", "b", 1))
    lines = stage_lines(Graph(vertices, (Edge(0, 1), Edge(1, 2))))
    assert [(line.stage, line.starts) for line in lines] == [
        (1, "starts at once"),
        (2, "starts when a is done"),
    ]
