"""Names in request bodies: whether they may be given, and where the wrong one stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet

from api.body_checks import refuse
from api.exceptions import Conflict, Invalid
from specification.names import check_name, normalize_name
from workflows.editing.names import NamesRefused, refuse_taken_names


def checked_name(name: str, at: str = "") -> str:
    """Return a name as it is stored.

    Args:
        name: as it was sent.
        at: pointer to the named object in the body.

    Raises:
        Invalid: it breaks the rules for names.
    """
    refuse(check_name(name), f"{at}/name")
    return normalize_name(name)


def new_name(rows: QuerySet[Any], name: str) -> str:
    """Return a new name for one of the rows as it is stored.

    Args:
        rows: whose names have to differ, such as the files of one workflow.
        name: as it was sent.

    Raises:
        Invalid: it breaks the rules for names.
        Conflict: another row has it.
    """
    stored = checked_name(name)
    with pointing_at_names(""):
        refuse_taken_names(rows, [stored])
    return stored


@contextmanager
def pointing_at_names(at: str) -> Iterator[None]:
    """Add to a refusal of names where the first of them stands in the body.

    Args:
        at: pointer to the named objects, with `{}` for the position of one in their list.

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
