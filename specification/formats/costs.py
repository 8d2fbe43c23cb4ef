"""What a spec costs: counted while it is read and expanded, before memory is taken for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from specification.limits import MAX_EXPANDED_BYTES, MAX_LIST_ITEMS, MAX_PARAMETER_VALUES
from specification.problems import Problem

Resource = Literal["bytes", "items", "values"]

LIMITS: dict[Resource, tuple[int, str, str, str]] = {
    "bytes": (
        MAX_EXPANDED_BYTES,
        "expansion_too_large",
        "bytes of text once all placeholders are replaced",
        "Put long texts into files, or use fewer parameter values.",
    ),
    "items": (
        MAX_LIST_ITEMS,
        "too_many_list_items",
        "names, patterns, variables and tokens once all placeholders are replaced",
        "Let one job wait for many, and the others for that one.",
    ),
    "values": (
        MAX_PARAMETER_VALUES,
        "too_many_expansions",
        "parameter values",
        "Share parameters with use_parameters, or use fewer values.",
    ),
}


@dataclass(slots=True)
class Costs:
    """How much of each limited resource a spec has used so far."""

    used: Counter[str] = field(default_factory=Counter)

    def spend(self, resource: Resource, amount: int) -> Problem | None:
        """Add to what is used; return the problem if it is more than a spec may use."""
        self.used[resource] += amount
        limit, code, noun, hint = LIMITS[resource]
        used = self.used[resource]
        if used <= limit:
            return None
        detail = f"The spec comes to more than {limit:,} {noun}."
        return Problem(code, detail, hint=hint, limit=limit, actual=used)
