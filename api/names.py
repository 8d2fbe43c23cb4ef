"""Names in request bodies: whether they may be given, and where the wrong one stands."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet

from api.body_checks import refuse
from api.exceptions import Conflict, Invalid
from specification.names import check_name, normalize_name
from workflows.editing.names import NamesRefused, refuse_repeated_names, refuse_taken_names


def checked_names(rows: QuerySet[Any], names: Sequence[str], at: str = "") -> list[str]:
    """Return names as they are stored.

    Args:
        rows: what has names already, such as the files of one workflow.
        names: as they were sent.
        at: where they stand in the body, with `{}` for the position.

    Raises:
        Invalid: a name breaks the rules, or is there twice.
        Conflict: a name is taken.
    """
    for position, name in enumerate(names):
        refuse(check_name(name), f"{at.format(position)}/name")
    stored = [normalize_name(name) for name in names]
    with pointing_at_names(at):
        refuse_repeated_names(stored)
        refuse_taken_names(rows, stored)
    return stored


@contextmanager
def pointing_at_names(at: str) -> Iterator[None]:
    """Add to a refusal of names where the first of them stands in the body.

    Args:
        at: where the named objects stand, with `{}` for the position.

    Raises:
        Invalid: a name is there twice.
        Conflict: a name is taken.
    """
    try:
        yield
    except NamesRefused as refusal:
        kind = Invalid if refusal.kind == "invalid" else Conflict
        pointer = f"{at.format(refusal.position)}/name"
        raise kind(refusal.code, refusal.detail, pointer=pointer, hint=refusal.hint) from None
