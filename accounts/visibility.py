"""The one rule that says which workflows an actor may see."""

from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from accounts.actors import Actor

Rows = TypeVar("Rows", bound=QuerySet[Any])


def workflow_filter(actor: Actor, prefix: str = "") -> Q:
    """Return the condition for rows whose workflow the actor may see.

    Args:
        actor: who makes the request.
        prefix: the lookup path from the filtered model to its workflow, such as ``workflow__``.
    """
    if actor.is_job:
        return Q(**{f"{prefix}id": actor.workflow_id})
    if actor.is_staff:
        return Q()
    return Q(**{f"{prefix}owner_id": actor.user_id})


def visible(rows: Rows, actor: Actor) -> Rows:
    """Return those of the rows whose workflow is stored whole and may be seen by the actor."""
    return rows.filter(workflow_filter(actor, "workflow__"), workflow__is_stored=True)
