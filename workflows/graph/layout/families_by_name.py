"""Families of jobs that no entry of a spec expanded into: found by their names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from os.path import commonprefix

from specification.dependencies.family_rules import families_to_split, without_digits

STEM = re.compile(r"[^\W\d_]*")


def group_by_name(
    names: Mapping[int, str],
    stages: Mapping[int, int],
    waiting: Iterable[tuple[Iterable[int], Iterable[int]]],
) -> dict[int, str]:
    """Return for each job the label of its family.

    Args:
        names: job -> name; names that differ only in digits make one family.
        stages: job -> length of the longest chain before it.
        waiting: jobs, and those that wait for all of them.
    """
    keys = {job: without_digits(name) for job, name in names.items()}
    spans: dict[str, set[int]] = {}
    for job, key in keys.items():
        spans.setdefault(key, set()).add(stages[job])
    looped: set[str] = set()
    for members, waiters in waiting:
        before = {keys[job] for job in members if job in keys}
        looped |= before & {keys[job] for job in waiters if job in keys}
    split = families_to_split(spans, Counter(keys.values()), looped)
    groups = {job: (key, stages[job] if key in split else None) for job, key in keys.items()}
    return _labeled(groups, names)


def _labeled(
    groups: Mapping[int, tuple[str, int | None]], names: Mapping[int, str]
) -> dict[int, str]:
    jobs: dict[tuple[str, int | None], list[int]] = {}
    for job, group in groups.items():
        jobs.setdefault(group, []).append(job)
    labels: dict[int, str] = {}
    used: dict[str, int] = {}
    for (key, _), members in jobs.items():
        label = names[members[0]] if len(members) == 1 else key
        used[label] = used.get(label, 0) + 1
        if used[label] > 1:
            label = f"{label} ({used[label]})"
        labels.update(dict.fromkeys(members, label))
    return labels


def common_label(names: Sequence[str]) -> str:
    """Return one name for several, with a * where they differ."""
    if len(names) == 1:
        return names[0]
    templates = {without_digits(name) for name in names}
    if len(templates) == 1:
        return templates.pop()
    start = commonprefix(list(names))  # noqa: RUF071  # names, not paths
    rest = [name[len(start) :][::-1] for name in names]
    end = commonprefix(rest)[::-1]  # noqa: RUF071
    return f"{start}*{end}"


def stem(name: str) -> str:
    """Return the letters with which a name begins: what names of one kind have in common."""
    return STEM.match(name)[0]  # type: ignore[index]  # it matches nothing, too
