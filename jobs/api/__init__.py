"""Jobs, what they ask for, where they ran and how they ended, over HTTP."""

from ninja import Router

from jobs.api import events, handlers, jobs, nodes, requirements, results

router = Router()
for part in (jobs, requirements, handlers, results, nodes, events):
    router.add_router("", part.router)

__all__ = ["router"]
