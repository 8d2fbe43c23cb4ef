"""A graph as JSON values."""

from tests.unit.workflows.graph.layout.graphs import families
from workflows.graph.layout.as_json import listed
from workflows.graph.layout.shapes import Edge, Graph, Node


def test_nodes_come_in_the_order_of_their_stages_with_what_they_wait_for() -> None:
    last, first, middle = families(1, 2, 2)
    graph = Graph((last, first, middle), (Edge(1, 2, 2, ("job",)), Edge(2, 0, 2, ("file",))))
    found = listed(graph, {"f1": {"completed": 1, "failed": 1}})
    assert [(node["key"], node["stage"], node["waits_for"]) for node in found["nodes"]] == [
        ("f1", 1, []),
        ("f2", 2, ["f1"]),
        ("f0", 3, ["f2"]),
    ]
    assert [node["counts"] for node in found["nodes"]] == [{"completed": 1, "failed": 1}, {}, {}]
    assert found["nodes"][1]["starts"] == "starts when its b are done"
    assert found["edges"][1] == {
        "source": "f2",
        "target": "f0",
        "n_edges": 2,
        "kinds": ["file"],
        "is_back": False,
        "label": "2 → 1",
    }


def test_data_have_no_stage_and_stand_last() -> None:
    nodes = (Node("d0", "out", 3, "file"), Node("f0", "a", 3), Node("f1", "b", 3))
    found = listed(Graph(nodes, (Edge(1, 0, 3), Edge(0, 2, 3))), {})
    assert [(node["key"], node["stage"], node["n"]) for node in found["nodes"]] == [
        ("f0", 1, 3),
        ("f1", 2, 3),
        ("d0", None, 3),
    ]
    assert found["nodes"][1]["waits_for"] == ["f0"]
    assert found["nodes"][2]["starts"] is None
