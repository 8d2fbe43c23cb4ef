"""Jobs, what they ask for, where they ran and how they ended, over HTTP."""

from ninja import Router

from jobs.api.events import router as events
from jobs.api.handlers import router as handlers
from jobs.api.jobs import router as jobs
from jobs.api.nodes import router as nodes
from jobs.api.requirements import router as requirements
from jobs.api.results import router as results

router = Router()
for part in (jobs, requirements, handlers, results, nodes, events):
    router.add_router("", part)

__all__ = ["router"]
