"""Circles of a graph: found, and broken so that it can be drawn in one direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workflows.graph.layout.rank import neighbors
from workflows.graph.layout.shapes import Edge


def components(n_vertices: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return for each vertex the number of its strongly connected component (Kosaraju).

    Vertices share a component if each can be reached from the other.
    """
    before, after = neighbors(n_vertices, pairs)
    component = [-1] * n_vertices
    for number, root in enumerate(reversed(_leaving_order(after))):
        waiting = [root]
        while waiting:
            vertex = waiting.pop()
            if component[vertex] < 0:
                component[vertex] = number
                waiting += before[vertex]
    return component


def _leaving_order(after: Sequence[Sequence[int]]) -> list[int]:
    """Return the vertices in the order in which a depth-first walk leaves them."""
    left: list[int] = []
    seen = [False] * len(after)
    for root in range(len(after)):
        path = [] if seen[root] else [(root, iter(after[root]))]
        seen[root] = True
        while path:
            following = next((vertex for vertex in path[-1][1] if not seen[vertex]), None)
            if following is None:
                left.append(path.pop()[0])
            else:
                seen[following] = True
                path.append((following, iter(after[following])))
    return left


def has_circle(n_vertices: int, pairs: Sequence[tuple[int, int]]) -> bool:
    """Return whether there is a circle of several vertices; loops of one do not count."""
    component = components(n_vertices, pairs)
    return any(
        source != target and component[source] == component[target] for source, target in pairs
    )


def mark_back_edges(edges: Sequence[Edge], depths: Sequence[float]) -> list[Edge]:
    """Mark as back edges those that, inside a circle, lead to a vertex that is not as deep.

    Args:
        edges: without loops of one vertex.
        depths: how far from the start each vertex is; of two at one depth, the first is less deep.
    """
    component = components(len(depths), [(edge.source, edge.target) for edge in edges])

    def is_back(edge: Edge) -> bool:
        if component[edge.source] != component[edge.target]:
            return False
        return (depths[edge.source], edge.source) > (depths[edge.target], edge.target)

    return [replace(edge, is_back=True) if is_back(edge) else edge for edge in edges]
