"""What a group of jobs has in common that the others mostly do not have. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Value = str | int | float
Counts = Mapping[str, Mapping[Value, float]]
"""Parameter -> value -> how many jobs have it."""

MOST = 0.9
"""A value stands out if at least this part of the group has it,"""
FEW = 0.5
"""and at most this part of the others."""
COINCIDENCE = 0.05
"""It must be less likely than this that jobs which do not depend on it all have one value."""


@dataclass(frozen=True, slots=True)
class Trait:
    """A value of a parameter that stands out."""

    name: str
    value: Value
    share: float
    """Of the group, 1 for all of it."""
    share_of_others: float

    @property
    def sentence(self) -> str:
        """Say so in words."""
        who = "all have" if self.share == 1 else f"{self.share:.0%} have"
        return f"{who} {self.name}={self.value}"


def standing_out(group: Counts, total: Counts, n_group: float, n_total: float) -> list[Trait]:
    """The values that stand out, those that the others have least often first.

    Args:
        group: counts in the group.
        total: counts in the group and all others that it is compared with.
        n_group: how many jobs the group has.
        n_total: how many jobs there are in all.
    """
    n_others = n_total - n_group
    if n_group < 2 or n_others < 1:
        return []
    traits: list[Trait] = []
    for name, values in group.items():
        value = max(values, key=lambda one: values[one])
        n_with, n_overall = values[value], total.get(name, {}).get(value, 0.0)
        share, usual = n_with / n_group, n_overall / n_total
        others = max(n_overall - n_with, 0.0) / n_others
        if share >= MOST and others <= FEW and usual ** (n_group - 1) <= COINCIDENCE:
            traits.append(Trait(name, value, min(share, 1.0), others))
    return sorted(traits, key=lambda trait: (trait.share_of_others, trait.name))
