"""The graph of a spec that is not stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specification.dependencies.stages import stages_of
from specification.plan import WorkflowPlan
from workflows.graph.layout.draw_groups import draw_groups, mean_depths
from workflows.graph.layout.vertices import (
    MAX_SHOWN_JOBS,
    FamilyFacts,
    Group,
    GroupEdge,
    JobFacts,
    family_vertices,
    job_vertices,
)
from workflows.graph.picture import Picture


def preview_graph(plan: WorkflowPlan) -> Picture:
    """Return the graph that a planned workflow would have; nothing is stored or read."""
    is_by_job = len(plan.jobs) <= MAX_SHOWN_JOBS
    facts = [
        FamilyFacts(at, family.label, family.n_jobs, family.parameters)
        for at, family in enumerate(plan.families)
    ]
    if is_by_job:
        jobs = (JobFacts(at, job.name, job.family) for at, job in enumerate(plan.jobs))
        vertices, edges = job_vertices(jobs), list(_job_edges(plan))
    else:
        vertices = family_vertices(facts)
        edges = [(edge.source, edge.target, edge.kind, edge.n_edges) for edge in plan.family_edges]
    drawing = draw_groups(vertices, edges, lambda: _depths(plan))
    return Picture(None, plan.name, drawing, {}, is_by_job=is_by_job)


def _job_edges(plan: WorkflowPlan) -> Iterator[GroupEdge]:
    for target, job in enumerate(plan.jobs):
        for at in job.waits_on:
            for source in plan.predecessor_sets[at]:
                yield source, target, "job" if plan.explicit_sets[at] else "data", 1


def _depths(plan: WorkflowPlan) -> Mapping[Group, float]:
    stages = stages_of([job.waits_on for job in plan.jobs], plan.predecessor_sets)
    families = {at: job.family for at, job in enumerate(plan.jobs)}
    return mean_depths(dict(enumerate(stages)), families)
