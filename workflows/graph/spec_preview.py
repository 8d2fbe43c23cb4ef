"""The graph of a spec that is not stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specification.dependencies.stages import stages_of
from specification.plan import WorkflowPlan
from workflows.graph.graph import drawn, mean_depths
from workflows.graph.layout import nodes as layout_nodes
from workflows.graph.layout.nodes import FamilyFacts, Group, GroupEdge, JobFacts
from workflows.graph.picture import Picture


def preview(plan: WorkflowPlan) -> Picture:
    """The graph that a planned workflow would have; nothing is stored or read."""
    is_by_job = len(plan.jobs) <= layout_nodes.MAX_SHOWN_JOBS
    facts = [
        FamilyFacts(at, one.label, one.n_jobs, one.parameters)
        for at, one in enumerate(plan.families)
    ]
    if is_by_job:
        jobs = (JobFacts(at, one.name, one.family) for at, one in enumerate(plan.jobs))
        nodes, edges = layout_nodes.job_nodes(jobs), list(_job_edges(plan))
    else:
        nodes = layout_nodes.family_nodes(facts)
        edges = [(one.source, one.target, one.kind, one.n_edges) for one in plan.family_edges]
    drawing = drawn(nodes, edges, lambda: _depths(plan))
    return Picture(None, plan.name, drawing, {}, is_by_job=is_by_job)


def _job_edges(plan: WorkflowPlan) -> Iterator[GroupEdge]:
    for target, job in enumerate(plan.jobs):
        for at in job.waits_on:
            for source in plan.predecessor_sets[at]:
                yield source, target, "job" if plan.explicit_sets[at] else "data", 1


def _depths(plan: WorkflowPlan) -> Mapping[Group, float]:
    found = stages_of([job.waits_on for job in plan.jobs], plan.predecessor_sets)
    families = {at: job.family for at, job in enumerate(plan.jobs)}
    return mean_depths(dict(enumerate(found)), families)
