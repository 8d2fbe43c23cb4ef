"""Circles of a graph: found, and broken so that it can be drawn in one direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workflows.graph.layout.rank import neighbours
from workflows.graph.layout.shapes import Edge


def components(n_nodes: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return for each node the number of its strongly connected component (Kosaraju).

    Nodes share a component if each can be reached from the other.
    """
    before, after = neighbours(n_nodes, pairs)
    component = [-1] * n_nodes
    for number, root in enumerate(reversed(_finished(after))):
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if component[node] < 0:
                component[node] = number
                waiting += before[node]
    return component


def _finished(after: Sequence[Sequence[int]]) -> list[int]:
    """Return the nodes in the order in which a walk in depth is done with them."""
    finished: list[int] = []
    seen = [False] * len(after)
    for root in range(len(after)):
        path = [] if seen[root] else [(root, iter(after[root]))]
        seen[root] = True
        while path:
            following = next((one for one in path[-1][1] if not seen[one]), None)
            if following is None:
                finished.append(path.pop()[0])
            else:
                seen[following] = True
                path.append((following, iter(after[following])))
    return finished


def has_circle(n_nodes: int, pairs: Sequence[tuple[int, int]]) -> bool:
    """Return whether nodes feed each other in turn; loops of one node do not count."""
    found = components(n_nodes, pairs)
    return any(source != target and found[source] == found[target] for source, target in pairs)


def break_circles(edges: Sequence[Edge], depths: Sequence[float]) -> list[Edge]:
    """Mark as back edges those that, inside a circle, lead to a node that is not as deep.

    Args:
        edges: without loops of one node.
        depths: for each node how far from the start it is; of equal ones the first counts as less.
    """
    found = components(len(depths), [(edge.source, edge.target) for edge in edges])

    def is_back(edge: Edge) -> bool:
        if found[edge.source] != found[edge.target]:
            return False
        return (depths[edge.source], edge.source) > (depths[edge.target], edge.target)

    return [replace(edge, is_back=True) if is_back(edge) else edge for edge in edges]
