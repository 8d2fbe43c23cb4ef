"""A graph as text for Graphviz."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.graph.layout.labels import edge_label
from workflows.graph.layout.paint import FILLS, Counts, worst_status
from workflows.graph.layout.shapes import Edge, Graph, Vertex

_SHAPES = {"file": "note", "user_data": "hexagon"}


def dot_text(graph: Graph, name: str, counts: Mapping[str, Counts] | None = None) -> str:
    """Return the graph for Graphviz, to be laid out or styled there again.

    Args:
        graph: what to write.
        name: of the graph; any text.
        counts: key of a vertex -> number of its jobs by status word; colors the vertices.
    """
    lines = [
        f"digraph {_quoted(name)} {{",
        "  rankdir=LR;",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
    ]
    lines += [
        f"  {_vertex(vertex, (counts or {}).get(vertex.key, {}))}" for vertex in graph.vertices
    ]
    lines += [f"  {_edge(graph, edge)}" for edge in graph.edges]
    return "\n".join([*lines, "}", ""])


def _vertex(vertex: Vertex, counts: Counts) -> str:
    count = "" if vertex.n_jobs == 1 else f"\n{vertex.n_jobs:,}"
    attributes = [f"label={_quoted(vertex.label + count)}"]
    if vertex.kind in _SHAPES:
        attributes.append(f"shape={_SHAPES[vertex.kind]}")
    elif counts:
        attributes.append(f'color="{FILLS[worst_status(counts)]}"')
    loop = f"\n  {_quoted(vertex.key)} -> {_quoted(vertex.key)};" if vertex.is_looped else ""
    return f"{_quoted(vertex.key)} [{', '.join(attributes)}];{loop}"


def _edge(graph: Graph, edge: Edge) -> str:
    source, target = graph.vertices[edge.source], graph.vertices[edge.target]
    attributes = []
    if label := edge_label(edge, source, target):
        attributes.append(f"label={_quoted(label)}")
    if edge.is_back:
        attributes.append("style=dashed, constraint=false")
    tail = f" [{', '.join(attributes)}]" if attributes else ""
    return f"{_quoted(source.key)} -> {_quoted(target.key)}{tail};"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
