"""Which column each node of a graph without circles stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Pair = tuple[int, int]


def neighbours(n_nodes: int, pairs: Iterable[Pair]) -> tuple[list[list[int]], list[list[int]]]:
    """Return the predecessors and the successors of each node."""
    before: list[list[int]] = [[] for _ in range(n_nodes)]
    after: list[list[int]] = [[] for _ in range(n_nodes)]
    for source, target in pairs:
        before[target].append(source)
        after[source].append(target)
    return before, after


def longest_paths(n_nodes: int, pairs: Sequence[Pair]) -> list[int]:
    """Return for each node the length of the longest path that leads to it.

    Raises:
        ValueError: there is a circle.
    """
    before, after = neighbours(n_nodes, pairs)
    n_left = [len(found) for found in before]
    ranks = [0] * n_nodes
    wave = [node for node, count in enumerate(n_left) if not count]
    n_done = 0
    while wave:
        following = []
        for node in wave:
            n_done += 1
            for target in after[node]:
                ranks[target] = max(ranks[target], ranks[node] + 1)
                n_left[target] -= 1
                if not n_left[target]:
                    following.append(target)
        wave = following
    if n_done < n_nodes:
        raise ValueError("the graph has a circle")
    return ranks


def tight_ranks(n_nodes: int, pairs: Sequence[Pair]) -> list[int]:
    """Return a column for each node, edges leading to the right and being short.

    A node with more lines out than in moves right until one of them is as short as can be.
    """
    ranks = longest_paths(n_nodes, pairs)
    before, after = neighbours(n_nodes, pairs)
    for node in sorted(range(n_nodes), key=lambda one: -ranks[one]):
        if after[node] and len(after[node]) > len(before[node]):
            ranks[node] = min(ranks[target] for target in after[node]) - 1
    return ranks
