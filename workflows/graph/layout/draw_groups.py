"""Groups of jobs as a finished drawing, whoever has counted the dependencies between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workflows.graph.layout.circles import has_circle
from workflows.graph.layout.lay_out import lay_out
from workflows.graph.layout.shapes import Drawing, Vertex
from workflows.graph.layout.vertices import (
    MAX_VERTICES,
    Group,
    GroupEdge,
    build_graph,
    merge_by_stage,
)


def draw_groups(
    vertices: Mapping[Group, Vertex],
    edges: Iterable[GroupEdge],
    load_depths: Callable[[], Mapping[Group, float]],
) -> Drawing:
    """Return the drawing of some groups; too many of them are merged stage by stage.

    Args:
        vertices: group -> vertex.
        edges: the dependencies between groups.
        load_depths: returns the mean stage of each group; called only if the groups form a circle.
    """
    edges = list(edges)
    places = {group: at for at, group in enumerate(vertices)}
    pairs = [
        (places[source], places[target])
        for source, target, _, _ in edges
        if source in places and target in places
    ]
    depths = load_depths() if has_circle(len(vertices), pairs) else {}
    graph = build_graph(vertices, edges, depths)
    if len(vertices) > MAX_VERTICES:
        graph = merge_by_stage(graph)
    return lay_out(graph)


def mean_depths(stages: Mapping[int, int], group_of: Mapping[int, Any]) -> dict[Group, float]:
    """Return the mean stage of the jobs of each group.

    Args:
        stages: job -> length of the longest chain before it.
        group_of: job -> its group; jobs without one count for group 0.
    """
    total: Counter[Group] = Counter()
    n_jobs: Counter[Group] = Counter()
    for job, stage in stages.items():
        total[group_of.get(job, 0)] += stage
        n_jobs[group_of.get(job, 0)] += 1
    return {group: total[group] / count for group, count in n_jobs.items()}
