"""Jobs over HTTP: with their requirements, failure handlers, results, nodes and events."""

from ninja import Router

from api.jobs import events, failure_handlers, jobs, nodes, requirements, results

router = Router()
for part in (jobs, requirements, failure_handlers, results, nodes, events):
    router.add_router("", part.router)

__all__ = ["router"]
