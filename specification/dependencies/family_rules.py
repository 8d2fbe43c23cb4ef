"""Which jobs that were written by hand are one family: a rule of names and stages."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

Key = TypeVar("Key")

MAX_STAGES = 12
"""Jobs that wait for others of their family and span more stages are a chain, and stay whole."""
MAX_SEPARATE = 4
"""So few jobs, each at a stage of its own, are no family but, say, two barriers."""

_DIGITS = re.compile(r"[0-9]+")


def without_digits(name: str) -> str:
    """Return what the names of one family share: ``fit_*`` for ``fit_1`` and ``fit_12``."""
    return _DIGITS.sub("*", name)


def families_to_split(
    stages_of: Mapping[Key, AbstractSet[int]],
    sizes: Mapping[Key, int],
    self_dependent: Collection[Key],
) -> set[Key]:
    """Return the families that are split by stage.

    Args:
        stages_of: family -> the stages of its jobs, for the families that may be split.
        sizes: family -> how many jobs it has.
        self_dependent: families some of whose jobs wait for others of the same family.
    """
    return {
        key
        for key, stages in stages_of.items()
        if (key in self_dependent and len(stages) <= MAX_STAGES)
        or len(stages) == sizes[key] <= MAX_SEPARATE
    }
