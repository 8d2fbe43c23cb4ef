"""Workflows over HTTP: creating, changing and running them, their state, graph and results."""

from ninja import Router

from api.workflows import (
    actions,
    failures,
    graph,
    relations,
    rerun,
    results_table,
    specs,
    stale,
    state,
    workflows,
)

router = Router()
for part in (
    *(workflows, specs, actions, state, relations, graph),
    *(stale, failures, rerun, results_table),
):
    router.add_router("", part.router)

__all__ = ["router"]
