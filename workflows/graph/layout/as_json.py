"""A graph as JSON values, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.graph.layout.labels import edge_label
from workflows.graph.layout.paint import Counts
from workflows.graph.layout.shapes import Edge, Graph, Vertex
from workflows.graph.layout.stages import StageLine, stage_lines


def graph_json(graph: Graph, counts: Mapping[str, Counts]) -> dict[str, Any]:
    """Return vertices in the order in which they can start, those of data last, and edges by key.

    Args:
        graph: what to list.
        counts: key of a vertex -> number of its jobs by status word.
    """
    lines = [_line(line) for line in stage_lines(graph, counts)]
    data = [_data(vertex) for vertex in graph.vertices if vertex.is_data]
    return {"nodes": lines + data, "edges": [_edge(graph, edge) for edge in graph.edges]}


def _line(line: StageLine) -> dict[str, Any]:
    return {
        **_vertex(line.vertex),
        "stage": line.stage,
        "counts": dict(line.counts),
        "starts": line.starts,
        "waits_for": list(line.waits_for),
    }


def _data(vertex: Vertex) -> dict[str, Any]:
    return {**_vertex(vertex), "stage": None, "counts": {}, "starts": None, "waits_for": []}


def _vertex(vertex: Vertex) -> dict[str, Any]:
    return {
        "key": vertex.key,
        "kind": vertex.kind,
        "label": vertex.label,
        "part": vertex.part,
        "n": vertex.n_jobs,
        "is_looped": vertex.is_looped,
        "members": list(vertex.members),
    }


def _edge(graph: Graph, edge: Edge) -> dict[str, Any]:
    source, target = graph.vertices[edge.source], graph.vertices[edge.target]
    return {
        "source": source.key,
        "target": target.key,
        "n_edges": edge.n_edges,
        "kinds": list(edge.kinds),
        "is_back": edge.is_back,
        "label": edge_label(edge, source, target),
    }
