"""A graph as JSON values."""

from tests.unit.workflows.graph.layout.graphs import families
from workflows.graph.layout.as_json import graph_json
from workflows.graph.layout.shapes import Edge, Graph, Vertex


def test_nodes_come_in_the_order_of_their_stages_with_what_they_wait_for() -> None:
    last, first, middle = families(1, 2, 2)
    graph = Graph((last, first, middle), (Edge(1, 2, 2, ("job",)), Edge(2, 0, 2, ("file",))))
    listed = graph_json(graph, {"f1": {"completed": 1, "failed": 1}})
    assert [
        (vertex["key"], vertex["stage"], vertex["waits_for"]) for vertex in listed["nodes"]
    ] == [
        ("f1", 1, []),
        ("f2", 2, ["f1"]),
        ("f0", 3, ["f2"]),
    ]
    assert [vertex["counts"] for vertex in listed["nodes"]] == [
        {"completed": 1, "failed": 1},
        {},
        {},
    ]
    assert listed["nodes"][1]["starts"] == "starts when its b are done"
    assert listed["edges"][1] == {
        "source": "f2",
        "target": "f0",
        "n_edges": 2,
        "kinds": ["file"],
        "is_back": False,
        "label": "2 → 1",
    }


def test_data_have_no_stage_and_stand_last() -> None:
    vertices = (Vertex("d0", "out", 3, "file"), Vertex("f0", "a", 3), Vertex("f1", "b", 3))
    listed = graph_json(Graph(vertices, (Edge(1, 0, 3), Edge(0, 2, 3))), {})
    assert [(vertex["key"], vertex["stage"], vertex["n"]) for vertex in listed["nodes"]] == [
        ("f0", 1, 3),
        ("f1", 2, 3),
        ("d0", None, 3),
    ]
    assert listed["nodes"][1]["waits_for"] == ["f0"]
    assert listed["nodes"][2]["starts"] is None
