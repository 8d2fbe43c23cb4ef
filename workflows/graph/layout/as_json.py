"""A graph as JSON values, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.graph.layout.labels import edge_label
from workflows.graph.layout.paint import Counts
from workflows.graph.layout.shapes import Edge, Graph, Node
from workflows.graph.layout.stages import StageLine, stage_lines


def listed(graph: Graph, counts: Mapping[str, Counts]) -> dict[str, Any]:
    """Return nodes in the order in which they can start, those of data last, and edges by key.

    Args:
        graph: what to list.
        counts: key of a node -> number of its jobs by status word.
    """
    lines = [_line(one) for one in stage_lines(graph, counts)]
    data = [_data(one) for one in graph.nodes if one.is_data]
    return {"nodes": lines + data, "edges": [_edge(graph, one) for one in graph.edges]}


def _line(line: StageLine) -> dict[str, Any]:
    return {
        **_node(line.node),
        "stage": line.stage,
        "counts": dict(line.counts),
        "starts": line.starts,
        "waits_for": list(line.waits_for),
    }


def _data(node: Node) -> dict[str, Any]:
    return {**_node(node), "stage": None, "counts": {}, "starts": None, "waits_for": []}


def _node(node: Node) -> dict[str, Any]:
    return {
        "key": node.key,
        "kind": node.kind,
        "label": node.label,
        "part": node.part,
        "n": node.n_jobs,
        "is_looped": node.is_looped,
        "members": list(node.members),
    }


def _edge(graph: Graph, edge: Edge) -> dict[str, Any]:
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    return {
        "source": source.key,
        "target": target.key,
        "n_edges": edge.n_edges,
        "kinds": list(edge.kinds),
        "is_back": edge.is_back,
        "label": edge_label(edge, source, target),
    }
