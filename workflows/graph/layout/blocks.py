"""Vertices that are placed as one: many jobs between the same neighbors stand in a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt

from workflows.graph.layout.shapes import Box, Graph, Vertex

End = tuple[int, bool]

SMALLEST_BLOCK = 6
CELL_GAP = 12
FRAME = 10


@dataclass(frozen=True, slots=True)
class Block:
    """One vertex, or several in a grid."""

    vertices: tuple[int, ...]
    n_rows: int
    width: int
    height: int
    cell: tuple[int, int]
    is_framed: bool = False

    def boxes(self, x: int, y: int) -> list[Box]:
        """Return the box of each vertex, given the top left corner of the block."""
        inset = FRAME if self.is_framed else 0
        width, height = self.cell
        return [
            Box(
                x + inset + at // self.n_rows * (width + CELL_GAP),
                y + inset + at % self.n_rows * (height + CELL_GAP),
                width,
                height,
            )
            for at in range(len(self.vertices))
        ]


@dataclass(slots=True)
class Blocks:
    """A graph whose vertices are blocks."""

    blocks: list[Block] = field(default_factory=list)
    block_of: list[int] = field(default_factory=list)
    edges: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    """Both ends -> positions of the edges that lead there, in the graph."""


def group_into_blocks(graph: Graph) -> Blocks:
    """Return the blocks in the order of their first vertices."""
    grouped = Blocks(block_of=[0] * len(graph.vertices))
    ends = _ends(graph)
    for vertices in _twins(graph, ends):
        for vertex in vertices:
            grouped.block_of[vertex] = len(grouped.blocks)
        is_joined = bool(ends[vertices[0]])
        grouped.blocks.append(
            _block([graph.vertices[at] for at in vertices], vertices, is_joined=is_joined)
        )
    for position, edge in enumerate(graph.edges):
        source, target = (grouped.block_of[end] for end in edge.ends)
        grouped.edges.setdefault((source, target), []).append(position)
    return grouped


def _ends(graph: Graph) -> list[list[End]]:
    """Return for each vertex its neighbors and whether they come after it."""
    ends: list[list[End]] = [[] for _ in graph.vertices]
    for edge in graph.edges:
        source, target = edge.ends
        ends[source].append((target, True))
        ends[target].append((source, False))
    return ends


def _twins(graph: Graph, all_ends: Sequence[Sequence[End]]) -> list[list[int]]:
    """Return the vertices of each block: jobs that have all their neighbors in common."""
    groups: dict[object, list[int]] = {}
    for at, (vertex, ends) in enumerate(zip(graph.vertices, all_ends, strict=True)):
        may_share = vertex.kind == "job" or not ends
        key: object = (vertex.size, frozenset(ends)) if may_share else at
        groups.setdefault(key, []).append(at)
    split = []
    for vertices in groups.values():
        split += [vertices] if len(vertices) >= SMALLEST_BLOCK else [[at] for at in vertices]
    return sorted(split)


def _block(shown: Sequence[Vertex], vertices: Sequence[int], *, is_joined: bool) -> Block:
    width, height = shown[0].size
    if len(vertices) == 1:
        return Block(tuple(vertices), 1, width, height, (width, height))
    n_rows = ceil(sqrt(len(vertices) * width / height / 2.5))
    n_rows = ceil(len(vertices) / ceil(len(vertices) / n_rows))
    n_columns = ceil(len(vertices) / n_rows)
    inset = FRAME if is_joined else 0
    return Block(
        tuple(vertices),
        n_rows,
        n_columns * (width + CELL_GAP) - CELL_GAP + 2 * inset,
        n_rows * (height + CELL_GAP) - CELL_GAP + 2 * inset,
        (width, height),
        is_joined,
    )
