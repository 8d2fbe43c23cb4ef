"""Graphs made by hand or by a seeded generator, for tests of the layout."""

from __future__ import annotations

import random
from collections.abc import Sequence

from workflows.graph.layout.shapes import Box, Drawing, Edge, Graph, Vertex


def families(*sizes: int) -> list[Vertex]:
    """Families named a, b, c… with these numbers of jobs."""
    return [
        Vertex(f"f{at}", "abcdefghijklmnopqrstuvwxyz"[at], size, members=(at,))
        for at, size in enumerate(sizes)
    ]


def graph(vertices: Sequence[Vertex], *pairs: tuple[int, int]) -> Graph:
    """A graph with one edge for each pair of positions."""
    return Graph(tuple(vertices), tuple(Edge(*pair, kinds=("job",)) for pair in pairs))


def random_graph(n_vertices: int, n_edges: int, seed: int) -> Graph:
    """A graph without circles whose edges are mostly short."""
    dice = random.Random(seed)
    vertices = [
        Vertex(f"f{at}", f"family_{at}", dice.choice([1, 10, 1000])) for at in range(n_vertices)
    ]
    pairs = {
        (source, min(n_vertices - 1, source + 1 + int(dice.expovariate(10 / n_vertices))))
        for source in (dice.randrange(n_vertices - 1) for _ in range(n_edges))
    }
    return graph(vertices, *sorted(pairs))


def overlap(box: Box, other: Box) -> bool:
    """Whether two boxes share a pixel."""
    return (
        box.x < other.x + other.width
        and other.x < box.x + box.width
        and box.y < other.y + other.height
        and other.y < box.y + box.height
    )


def n_overlaps(drawing: Drawing) -> int:
    """How many pairs of boxes overlap."""
    boxes = drawing.geometry.boxes
    return sum(overlap(box, other) for at, box in enumerate(boxes) for other in boxes[:at])


def lefts(drawing: Drawing) -> list[int]:
    return [box.x for box in drawing.geometry.boxes]
