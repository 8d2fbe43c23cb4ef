"""Workflows over HTTP: from a spec or piece by piece, what is done with them, what ties jobs."""

from ninja import Router

from workflows.api.actions import router as actions
from workflows.api.asking import router as asking
from workflows.api.relations import router as relations
from workflows.api.specs import router as specs
from workflows.api.workflows import router as workflows

router = Router()
for part in (workflows, specs, actions, asking, relations):
    router.add_router("", part)

__all__ = ["router"]
