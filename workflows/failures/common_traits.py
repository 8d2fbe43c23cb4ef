"""What the jobs of a group have in common and most other jobs do not have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Value = str | int | float
Counts = Mapping[str, Mapping[Value, float]]
"""Parameter -> value -> how many jobs have it."""

MOST = 0.9
"""The share of the group that must have a value for it to count as a trait."""
FEW = 0.5
"""The largest share of the other jobs that may have it."""
COINCIDENCE = 0.05
"""The largest probability that jobs which do not depend on the parameter all have one value."""


@dataclass(frozen=True, slots=True)
class Trait:
    """A value of a parameter that the group has and most others do not."""

    name: str
    value: Value
    share: float
    """The share of the group that has it, 1 for all."""
    share_of_others: float

    @property
    def sentence(self) -> str:
        """Return the trait in words: ``all have lr=0.1``."""
        who = "all have" if self.share == 1 else f"{self.share:.0%} have"
        return f"{who} {self.name}={self.value}"


def distinctive_traits(group: Counts, total: Counts, n_group: float, n_total: float) -> list[Trait]:
    """Return the values that only this group mostly has, those rarest among the others first.

    Args:
        group: counts in the group.
        total: counts in the group and in the others that it is compared with.
        n_group: how many jobs the group has.
        n_total: how many jobs there are in all.
    """
    n_others = n_total - n_group
    if n_group < 2 or n_others < 1:
        return []
    traits: list[Trait] = []
    for name, values in group.items():
        value = max(values, key=lambda candidate: values[candidate])
        n_with, n_overall = values[value], total.get(name, {}).get(value, 0.0)
        share, usual = n_with / n_group, n_overall / n_total
        others = max(n_overall - n_with, 0.0) / n_others
        if share >= MOST and others <= FEW and usual ** (n_group - 1) <= COINCIDENCE:
            traits.append(Trait(name, value, min(share, 1.0), others))
    return sorted(traits, key=lambda trait: (trait.share_of_others, trait.name))
