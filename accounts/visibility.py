"""The one rule that says which workflows an actor may see."""

from django.db.models import Q

from accounts.actors import Actor


def workflow_filter(actor: Actor, prefix: str = "") -> Q:
    """Return the condition for rows whose workflow the actor may see.

    Args:
        actor: who asks.
        prefix: the lookup path from the filtered model to its workflow, such as ``workflow__``.
    """
    if actor.is_job:
        return Q(**{f"{prefix}id": actor.workflow_id})
    if actor.is_staff:
        return Q()
    return Q(**{f"{prefix}owner_id": actor.user_id})
