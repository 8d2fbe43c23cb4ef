"""Nodes that are placed as one: many jobs between the same neighbours stand in a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt

from workflows.graph.layout.shapes import Box, Graph, Node

End = tuple[int, bool]

SMALLEST_BLOCK = 6
CELL_GAP = 12
FRAME = 10


@dataclass(frozen=True, slots=True)
class Block:
    """One node, or several in a grid."""

    nodes: tuple[int, ...]
    n_rows: int
    width: int
    height: int
    cell: tuple[int, int]
    is_framed: bool = False

    def boxes(self, x: int, y: int) -> list[Box]:
        """Return the box of each node, given the top left corner of the block."""
        inset = FRAME if self.is_framed else 0
        width, height = self.cell
        return [
            Box(
                x + inset + at // self.n_rows * (width + CELL_GAP),
                y + inset + at % self.n_rows * (height + CELL_GAP),
                width,
                height,
            )
            for at in range(len(self.nodes))
        ]


@dataclass(slots=True)
class Blocks:
    """A graph whose nodes are blocks."""

    blocks: list[Block] = field(default_factory=list)
    block_of: list[int] = field(default_factory=list)
    edges: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    """Both ends -> positions of the edges that lead there, in the graph."""


def blocks_of(graph: Graph) -> Blocks:
    """Return the blocks in the order of their first nodes."""
    found = Blocks(block_of=[0] * len(graph.nodes))
    ends = _ends(graph)
    for nodes in _twins(graph, ends):
        for node in nodes:
            found.block_of[node] = len(found.blocks)
        is_joined = bool(ends[nodes[0]])
        found.blocks.append(_block([graph.nodes[at] for at in nodes], nodes, is_joined=is_joined))
    for position, edge in enumerate(graph.edges):
        source, target = (found.block_of[end] for end in edge.ends)
        found.edges.setdefault((source, target), []).append(position)
    return found


def _ends(graph: Graph) -> list[list[End]]:
    """Return the neighbours of each node, and on which side they are."""
    ends: list[list[End]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        source, target = edge.ends
        ends[source].append((target, True))
        ends[target].append((source, False))
    return ends


def _twins(graph: Graph, all_ends: Sequence[Sequence[End]]) -> list[list[int]]:
    """Return the nodes of each block: jobs that have all their neighbours in common."""
    groups: dict[object, list[int]] = {}
    for at, (node, ends) in enumerate(zip(graph.nodes, all_ends, strict=True)):
        may_share = node.kind == "job" or not ends
        key: object = (node.size, frozenset(ends)) if may_share else at
        groups.setdefault(key, []).append(at)
    split = []
    for nodes in groups.values():
        split += [nodes] if len(nodes) >= SMALLEST_BLOCK else [[at] for at in nodes]
    return sorted(split)


def _block(shown: Sequence[Node], nodes: Sequence[int], *, is_joined: bool) -> Block:
    width, height = shown[0].size
    if len(nodes) == 1:
        return Block(tuple(nodes), 1, width, height, (width, height))
    n_rows = ceil(sqrt(len(nodes) * width / height / 2.5))
    n_rows = ceil(len(nodes) / ceil(len(nodes) / n_rows))
    n_columns = ceil(len(nodes) / n_rows)
    inset = FRAME if is_joined else 0
    return Block(
        tuple(nodes),
        n_rows,
        n_columns * (width + CELL_GAP) - CELL_GAP + 2 * inset,
        n_rows * (height + CELL_GAP) - CELL_GAP + 2 * inset,
        (width, height),
        is_joined,
    )
