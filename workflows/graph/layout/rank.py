"""The column of each vertex of a graph without circles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Pair = tuple[int, int]


def neighbors(n_vertices: int, pairs: Iterable[Pair]) -> tuple[list[list[int]], list[list[int]]]:
    """Return the predecessors and the successors of each vertex."""
    before: list[list[int]] = [[] for _ in range(n_vertices)]
    after: list[list[int]] = [[] for _ in range(n_vertices)]
    for source, target in pairs:
        before[target].append(source)
        after[source].append(target)
    return before, after


def longest_paths(n_vertices: int, pairs: Sequence[Pair]) -> list[int]:
    """Return for each vertex the length of the longest path that leads to it.

    Raises:
        ValueError: there is a circle.
    """
    before, after = neighbors(n_vertices, pairs)
    n_left = [len(sources) for sources in before]
    ranks = [0] * n_vertices
    wave = [vertex for vertex, count in enumerate(n_left) if not count]
    n_done = 0
    while wave:
        following = []
        for vertex in wave:
            n_done += 1
            for target in after[vertex]:
                ranks[target] = max(ranks[target], ranks[vertex] + 1)
                n_left[target] -= 1
                if not n_left[target]:
                    following.append(target)
        wave = following
    if n_done < n_vertices:
        raise ValueError("the graph has a circle")
    return ranks


def tight_ranks(n_vertices: int, pairs: Sequence[Pair]) -> list[int]:
    """Return a column for each vertex, such that edges lead to the right and are short.

    A vertex with more lines out than in moves right until one of them is as short as can be.
    """
    ranks = longest_paths(n_vertices, pairs)
    before, after = neighbors(n_vertices, pairs)
    for vertex in sorted(range(n_vertices), key=lambda vertex: -ranks[vertex]):
        if after[vertex] and len(after[vertex]) > len(before[vertex]):
            ranks[vertex] = min(ranks[target] for target in after[vertex]) - 1
    return ranks
