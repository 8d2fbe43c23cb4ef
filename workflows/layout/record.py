"""A drawing as JSON values, to be kept until the graph changes."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from .shapes import Box, Drawing, Edge, Geometry, Graph, Line, Node

FORMAT = 1
"""Grows when older records can no longer be read, so that they are made anew."""


def to_record(drawing: Drawing) -> dict[str, Any]:
    """Return what JSON can hold."""
    geometry = drawing.geometry
    return {
        "format": FORMAT,
        "nodes": [astuple(node) for node in drawing.graph.nodes],
        "edges": [astuple(edge) for edge in drawing.graph.edges],
        "boxes": [astuple(box) for box in geometry.boxes],
        "lines": [astuple(line) for line in geometry.lines],
        "frames": [astuple(box) for box in geometry.frames],
        "size": (geometry.width, geometry.height),
    }


def of_record(record: dict[str, Any]) -> Drawing | None:
    """Return the drawing of a record; None if it has another format."""
    if record.get("format") != FORMAT:
        return None
    nodes = tuple(
        Node(key, label, n_jobs, kind, tuple(members), is_looped, part)
        for key, label, n_jobs, kind, members, is_looped, part in record["nodes"]
    )
    edges = tuple(
        Edge(source, target, n_edges, tuple(kinds), is_back)
        for source, target, n_edges, kinds, is_back in record["edges"]
    )
    geometry = Geometry(
        tuple(Box(*box) for box in record["boxes"]),
        tuple(Line(*line) for line in record["lines"]),
        tuple(Box(*box) for box in record["frames"]),
        *record["size"],
    )
    return Drawing(Graph(nodes, edges), geometry)
