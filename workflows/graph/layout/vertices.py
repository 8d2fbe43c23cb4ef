"""The vertices of a drawn workflow: its jobs, its families, or its stages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from workflows.graph.layout.circles import mark_back_edges
from workflows.graph.layout.rank import longest_paths
from workflows.graph.layout.shapes import Edge, Graph, Vertex

MAX_SHOWN_JOBS = 40
"""A workflow with no more jobs than this is drawn job by job."""
MAX_VERTICES = 150
"""A graph with more is drawn stage by stage."""
MAX_STAGES = 60
MAX_SPLIT = 24
"""Values of a parameter by which families may be split."""

Group = int | str | tuple[int, str]
GroupEdge = tuple[Group, Group, str, int]
"""Source, target, kind, number of dependencies."""


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    """A family as it is stored or planned."""

    id: int
    label: str
    n_jobs: int
    parameters: Mapping[str, Sequence[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job, its family and its value of the parameter by which families are split."""

    id: int
    name: str
    family: int | None = None
    part: str | None = None


def family_vertices(families: Iterable[FamilyFacts]) -> dict[Group, Vertex]:
    """Return a vertex for each family that has jobs, by family id."""
    return {
        family.id: Vertex(f"f{family.id}", family.label, family.n_jobs, members=(family.id,))
        for family in families
        if family.n_jobs
    }


def job_vertices(jobs: Iterable[JobFacts]) -> dict[Group, Vertex]:
    """Return a vertex for each job, by job id."""
    return {job.id: Vertex(f"j{job.id}", job.name, 1, "job", (job.id,)) for job in jobs}


def split_vertices(
    families: Sequence[FamilyFacts], jobs: Iterable[JobFacts], parameter: str
) -> dict[Group, Vertex]:
    """Return a vertex for each value that the jobs of a family have, by family id and value.

    Args:
        families: all of them; those without the parameter stay whole, with an empty value.
        jobs: all of them, with their values of the parameter.
        parameter: its name.
    """
    n_jobs = Counter((job.family, job.part) for job in jobs)
    vertices: dict[Group, Vertex] = {}
    for family in families:
        parts = sorted(
            (part for owner, part in n_jobs if owner == family.id and part is not None),
            key=_place_among([str(value) for value in family.parameters.get(parameter, ())]),
        )
        for number, part in enumerate(parts):
            label = fill_placeholder(family.label, parameter, part)
            count = n_jobs[family.id, part]
            key = f"f{family.id}-{number}"
            vertices[family.id, part] = Vertex(key, label, count, members=(family.id,), part=part)
        if n_jobs[family.id, None]:
            count = n_jobs[family.id, None]
            vertices[family.id, ""] = Vertex(
                f"f{family.id}", family.label, count, members=(family.id,)
            )
    return vertices


def fill_placeholder(label: str, parameter: str, value: str) -> str:
    """Return a name template with one placeholder filled in; without one, the value after it."""
    before, opening, rest = label.partition("{" + parameter)
    if opening and rest[:1] in ("}", ":"):
        return before + value + rest.partition("}")[2]
    return f"{label} {parameter}={value}"


def split_parameters(families: Iterable[FamilyFacts]) -> list[str]:
    """Return the parameters that have few enough values for a vertex each, in their order."""
    n_values: dict[str, int] = {}
    for family in families:
        for name, values in family.parameters.items():
            n_values[name] = max(n_values.get(name, 0), len(values))
    return [name for name, count in n_values.items() if 1 < count <= MAX_SPLIT]


def count_group_edges(
    group_of: Mapping[int, Group],
    members: Iterable[tuple[int, int]],
    waits: Iterable[tuple[int, int]],
) -> Counter[tuple[Group, Group, int]]:
    """Count the dependencies between groups of jobs, for each predecessor set.

    Args:
        group_of: job -> its group; other jobs are left out.
        members: set and job, for each job that a set consists of.
        waits: set and job, for each job that waits on a set.
    """
    sources: dict[int, Counter[Group]] = defaultdict(Counter)
    for at, job in members:
        if job in group_of:
            sources[at][group_of[job]] += 1
    targets: dict[int, Counter[Group]] = defaultdict(Counter)
    for at, job in waits:
        if job in group_of:
            targets[at][group_of[job]] += 1
    counts: Counter[tuple[Group, Group, int]] = Counter()
    for at, waiting in targets.items():
        for target, n_waiting in waiting.items():
            for source, n_members in sources[at].items():
                counts[source, target, at] += n_waiting * n_members
    return counts


def build_graph(
    vertices: Mapping[Group, Vertex],
    edges: Iterable[GroupEdge],
    depths: Mapping[Group, float] | None = None,
) -> Graph:
    """Return a graph without circles, its vertices in the given order.

    Args:
        vertices: group -> how it is drawn.
        edges: dependencies between groups; one of a group on itself marks it as looped.
        depths: mean stage of each group; needed where groups form a circle.
    """
    places = {group: at for at, group in enumerate(vertices)}
    shown = list(vertices.values())
    counts: dict[tuple[int, int], dict[str, int]] = defaultdict(Counter)
    for source, target, kind, n_edges in edges:
        if source in places and target in places:
            counts[places[source], places[target]][kind] += n_edges
    merged = []
    for (left, right), kinds in counts.items():
        if left == right:
            shown[left] = replace(shown[left], is_looped=True)
            continue
        # A dependency may have two reasons, so sums over the kinds would be too large.
        most = min(max(kinds.values()), shown[left].n_jobs * shown[right].n_jobs)
        merged.append(Edge(left, right, most, tuple(sorted(kinds))))
    depth_of = depths or {}
    marked = mark_back_edges(merged, [depth_of.get(group, 0) for group in vertices])
    return Graph(tuple(shown), tuple(marked))


def merge_by_stage(graph: Graph) -> Graph:
    """Return a graph of at most MAX_STAGES vertices, one for all that may run at the same time."""
    stages = longest_paths(len(graph.vertices), [edge.ends for edge in graph.edges])
    width = ceil((max(stages, default=0) + 1) / MAX_STAGES)
    groups: dict[int, list[Vertex]] = defaultdict(list)
    for vertex, stage in zip(graph.vertices, stages, strict=True):
        groups[stage // width].append(vertex)
    vertices: dict[Group, Vertex] = {
        number: _stage_vertex(number, width, groups[number]) for number in sorted(groups)
    }
    edges = [
        (stages[edge.source] // width, stages[edge.target] // width, kind, edge.n_edges)
        for edge in graph.edges
        for kind in edge.kinds
    ]
    return build_graph(vertices, edges)


def _stage_vertex(number: int, width: int, vertices: Sequence[Vertex]) -> Vertex:
    first, last = number * width + 1, (number + 1) * width
    name = f"stage {first}" if width == 1 else f"stages {first}-{last}"
    label = vertices[0].label if len(vertices) == 1 else f"{name}: {len(vertices):,} families"
    members = tuple(member for vertex in vertices for member in vertex.members)
    return Vertex(f"s{number}", label, sum(vertex.n_jobs for vertex in vertices), "stage", members)


def _place_among(values: Sequence[str]) -> Any:
    places = {value: at for at, value in enumerate(values)}
    return lambda part: (places.get(part, len(places)), part)
