"""Workflows over HTTP: from a spec or piece by piece, what is done with them, what ties jobs."""

from ninja import Router

from workflows.api import actions, asking, graph, relations, rerun, specs, stale, sweep, workflows

router = Router()
for part in (workflows, specs, actions, asking, relations, graph, stale, rerun, sweep):
    router.add_router("", part.router)

__all__ = ["router"]
