"""A graph as text for Graphviz."""

from workflows.graph.layout.dot import dot_text
from workflows.graph.layout.shapes import Edge, Graph, Vertex


def test_dot_has_all_nodes_and_edges() -> None:
    edges = (Edge(0, 1, 6), Edge(1, 0, 1, is_back=True))
    vertices = (Vertex("f0", "a", 6), Vertex("f1", 'b "x"', 6, is_looped=True))
    text = dot_text(Graph(vertices, edges), "flow", {"f0": {"failed": 1}})
    assert text.startswith('digraph "flow" {')
    assert '"f0" -> "f1" [label="1:1"];' in text
    assert "style=dashed" in text
    assert '"f1" -> "f1";' in text
    assert 'label="b \\"x\\"\\n6"' in text
