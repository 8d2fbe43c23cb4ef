"""A graph as text for Graphviz."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.graph.layout.labels import edge_label
from workflows.graph.layout.paint import FILLS, Counts, worst
from workflows.graph.layout.shapes import Edge, Graph, Node

_SHAPES = {"file": "note", "user_data": "hexagon"}


def dot_text(graph: Graph, name: str, counts: Mapping[str, Counts] | None = None) -> str:
    """Return the graph for Graphviz, to be laid out or styled there again.

    Args:
        graph: what to write.
        name: of the graph; any text.
        counts: key of a node -> number of its jobs by status word; colours the nodes.
    """
    lines = [
        f"digraph {_quoted(name)} {{",
        "  rankdir=LR;",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
    ]
    lines += [f"  {_node(node, (counts or {}).get(node.key, {}))}" for node in graph.nodes]
    lines += [f"  {_edge(graph, edge)}" for edge in graph.edges]
    return "\n".join([*lines, "}", ""])


def _node(node: Node, counts: Counts) -> str:
    count = "" if node.n_jobs == 1 else f"\n{node.n_jobs:,}"
    attributes = [f"label={_quoted(node.label + count)}"]
    if node.kind in _SHAPES:
        attributes.append(f"shape={_SHAPES[node.kind]}")
    elif counts:
        attributes.append(f'color="{FILLS[worst(counts)]}"')
    loop = f"\n  {_quoted(node.key)} -> {_quoted(node.key)};" if node.is_looped else ""
    return f"{_quoted(node.key)} [{', '.join(attributes)}];{loop}"


def _edge(graph: Graph, edge: Edge) -> str:
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
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
