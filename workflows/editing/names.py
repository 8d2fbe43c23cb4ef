"""Names that must be new in their workflow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from database.sql import dumps, texts_source
from workflows.errors import Kind, Refused

MAX_SHOWN = 5
"""So many of the offending names stand in the message."""


class NamesRefused(Refused):
    """Names that cannot be given; `position` is the place of the first one in the request."""

    def __init__(self, code: str, detail: str, position: int, *, hint: str, kind: Kind) -> None:
        super().__init__(code, detail, hint=hint, kind=kind)
        self.position = position


def refuse_taken_names(
    rows: QuerySet[Any], names: Sequence[str], *, code: str = "name_taken"
) -> None:
    """Refuse names that one of the rows has already; all of them are looked up in one query.

    Args:
        rows: what is stored, such as the jobs of one workflow.
        names: the new names as they would be stored.
        code: the error's.

    Raises:
        NamesRefused: at least one name is taken.
    """
    # One parameter, however many names there are: both databases limit the number of parameters.
    parameter = RawSQL(texts_source(), [dumps(names)])  # noqa: S611 - the SQL is ours
    taken = set(rows.filter(name__in=parameter).values_list("name", flat=True))
    positions = [position for position, name in enumerate(names) if name in taken]
    if positions:
        detail = _sentence([names[position] for position in positions], "taken")
        hint = "Choose another name, or change the one that is there."
        raise NamesRefused(code, detail, positions[0], hint=hint, kind="conflict")


def refuse_repeated_names(
    names: Sequence[str], *, code: str = "duplicate_name", kind: Kind = "invalid"
) -> None:
    """Refuse a request in which a name stands more than once.

    Args:
        names: the new names as they would be stored.
        code: the error's.
        kind: the error's.

    Raises:
        NamesRefused: a name is repeated; the position is that of its second place.
    """
    seen: set[str] = set()
    repeated: dict[str, int] = {}
    for position, name in enumerate(names):
        if name in seen:
            repeated.setdefault(name, position)
        seen.add(name)
    if repeated:
        detail = _sentence(list(repeated), "in the request more than once")
        position = next(iter(repeated.values()))
        raise NamesRefused(code, detail, position, hint="Give each its own name.", kind=kind)


def refuse_used_names(rows: QuerySet[Any], names: Sequence[str]) -> None:
    """Refuse names of new rows that are repeated, or that one of the stored rows has.

    Raises:
        NamesRefused: there is such a name.
    """
    refuse_repeated_names(names)
    refuse_taken_names(rows, names)


def _sentence(names: Sequence[str], what: str) -> str:
    if len(names) == 1:
        return f"The name '{names[0]}' is {what}."
    listed = ", ".join(f"'{name}'" for name in names[:MAX_SHOWN])
    more = f" and {len(names) - MAX_SHOWN:,} more" if len(names) > MAX_SHOWN else ""
    return f"These names are {what}: {listed}{more}."
