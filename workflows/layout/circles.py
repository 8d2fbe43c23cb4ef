"""Circles of a graph: found, and broken so that it can be drawn in one direction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .shapes import Edge


def components(n_nodes: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each node the number of its strongly connected component.

    Nodes share a component if each can be reached from the other (Tarjan, without recursion).
    """
    following: list[list[int]] = [[] for _ in range(n_nodes)]
    for source, target in pairs:
        following[source].append(target)
    number = [-1] * n_nodes
    lowest = [0] * n_nodes
    component = [-1] * n_nodes
    trail: list[int] = []
    n_seen = n_components = 0
    for root in range(n_nodes):
        if number[root] >= 0:
            continue
        path = [(root, iter(following[root]))]
        number[root] = lowest[root] = n_seen
        n_seen += 1
        trail.append(root)
        while path:
            node, rest = path[-1]
            nearest = next(rest, None)
            if nearest is None:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                if lowest[node] == number[node]:
                    while component[node] < 0:
                        component[trail.pop()] = n_components
                    n_components += 1
            elif number[nearest] < 0:
                number[nearest] = lowest[nearest] = n_seen
                n_seen += 1
                trail.append(nearest)
                path.append((nearest, iter(following[nearest])))
            elif component[nearest] < 0:
                lowest[node] = min(lowest[node], number[nearest])
    return component


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
