"""How many pairs of jobs wait for each other, without writing the pairs out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

BIG = 64  # unions of sets larger than this are made once for all jobs that wait on them


def count_edges(waits: Iterable[tuple[int, ...]], sets: Sequence[tuple[int, ...]]) -> int:
    """Count the distinct pairs (waiting job, job it waits for).

    Args:
        waits: for each job the positions of its sets.
        sets: the members of each set.
    """
    unions: dict[tuple[int, ...], frozenset[int]] = {}
    return sum(
        n_jobs * count_members(waited, sets, unions) for waited, n_jobs in Counter(waits).items()
    )


def count_members(
    waited: tuple[int, ...],
    sets: Sequence[tuple[int, ...]],
    unions: dict[tuple[int, ...], frozenset[int]],
) -> int:
    """Count the distinct members of several sets."""
    if len(waited) < 2:
        return sum(len(sets[at]) for at in waited)
    big = tuple(at for at in waited if len(sets[at]) > BIG)
    if big not in unions:
        unions[big] = frozenset().union(*(sets[at] for at in big))
    base = unions[big]
    small = {member for at in waited if len(sets[at]) <= BIG for member in sets[at]}
    return len(base) + sum(member not in base for member in small)
