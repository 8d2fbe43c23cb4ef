"""What of a workflow is drawn: its jobs, its families, or its stages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from workflows.graph.layout.circles import break_circles
from workflows.graph.layout.rank import longest_paths
from workflows.graph.layout.shapes import Edge, Graph, Node

MAX_SHOWN_JOBS = 40
"""A workflow with no more jobs than this is drawn job by job."""
MAX_NODES = 150
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
    """A job, its family and the value of the parameter in question."""

    id: int
    name: str
    family: int | None = None
    part: str | None = None


def family_nodes(families: Iterable[FamilyFacts]) -> dict[Group, Node]:
    """Return a node for each family that has jobs, by family id."""
    return {
        one.id: Node(f"f{one.id}", one.label, one.n_jobs, members=(one.id,))
        for one in families
        if one.n_jobs
    }


def job_nodes(jobs: Iterable[JobFacts]) -> dict[Group, Node]:
    """Return a node for each job, by job id."""
    return {one.id: Node(f"j{one.id}", one.name, 1, "job", (one.id,)) for one in jobs}


def split_nodes(
    families: Sequence[FamilyFacts], jobs: Iterable[JobFacts], parameter: str
) -> dict[Group, Node]:
    """Return a node for each value that the jobs of a family have, by family id and value.

    Args:
        families: all of them; those without the parameter stay whole, with an empty value.
        jobs: all of them, with their values of the parameter.
        parameter: its name.
    """
    n_jobs = Counter((job.family, job.part) for job in jobs)
    nodes: dict[Group, Node] = {}
    for one in families:
        parts = sorted(
            (part for family, part in n_jobs if family == one.id and part is not None),
            key=_place_among([str(value) for value in one.parameters.get(parameter, ())]),
        )
        for number, part in enumerate(parts):
            label = filled(one.label, parameter, part)
            count = n_jobs[one.id, part]
            key = f"f{one.id}-{number}"
            nodes[one.id, part] = Node(key, label, count, members=(one.id,), part=part)
        if n_jobs[one.id, None]:
            count = n_jobs[one.id, None]
            nodes[one.id, ""] = Node(f"f{one.id}", one.label, count, members=(one.id,))
    return nodes


def filled(label: str, parameter: str, value: str) -> str:
    """Return a name template with one placeholder filled in, or the value after it."""
    before, opening, rest = label.partition("{" + parameter)
    if opening and rest[:1] in ("}", ":"):
        return before + value + rest.partition("}")[2]
    return f"{label} {parameter}={value}"


def split_choices(families: Iterable[FamilyFacts]) -> list[str]:
    """Return the parameters with few enough values for a node each, the first ones first."""
    n_values: dict[str, int] = {}
    for one in families:
        for name, values in one.parameters.items():
            n_values[name] = max(n_values.get(name, 0), len(values))
    return [name for name, count in n_values.items() if 1 < count <= MAX_SPLIT]


def count_edges(
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
    found: Counter[tuple[Group, Group, int]] = Counter()
    for at, waiting in targets.items():
        for target, n_waiting in waiting.items():
            for source, n_members in sources[at].items():
                found[source, target, at] += n_waiting * n_members
    return found


def graph_of(
    nodes: Mapping[Group, Node],
    edges: Iterable[GroupEdge],
    depths: Mapping[Group, float] | None = None,
) -> Graph:
    """Return a graph without circles, its nodes in the order given.

    Args:
        nodes: group -> how it is drawn.
        edges: dependencies between groups; those of a group on itself make a loop mark.
        depths: mean stage of each group, for groups that feed each other in turn.
    """
    places = {group: at for at, group in enumerate(nodes)}
    shown = list(nodes.values())
    counts: dict[tuple[int, int], dict[str, int]] = defaultdict(Counter)
    for source, target, kind, n_edges in edges:
        if source in places and target in places:
            counts[places[source], places[target]][kind] += n_edges
    found = []
    for (left, right), kinds in counts.items():
        if left == right:
            shown[left] = replace(shown[left], is_looped=True)
            continue
        # A dependency may have two reasons, so sums over the kinds would be too large.
        most = min(max(kinds.values()), shown[left].n_jobs * shown[right].n_jobs)
        found.append(Edge(left, right, most, tuple(sorted(kinds))))
    known = depths or {}
    return Graph(tuple(shown), tuple(break_circles(found, [known.get(one, 0) for one in nodes])))


def by_stage(graph: Graph) -> Graph:
    """Return a graph of at most MAX_STAGES nodes: all that may run at the same time is one."""
    stages = longest_paths(len(graph.nodes), [edge.ends for edge in graph.edges])
    width = ceil((max(stages, default=0) + 1) / MAX_STAGES)
    groups: dict[int, list[Node]] = defaultdict(list)
    for node, stage in zip(graph.nodes, stages, strict=True):
        groups[stage // width].append(node)
    nodes: dict[Group, Node] = {
        number: _stage_node(number, width, groups[number]) for number in sorted(groups)
    }
    edges = [
        (stages[edge.source] // width, stages[edge.target] // width, kind, edge.n_edges)
        for edge in graph.edges
        for kind in edge.kinds
    ]
    return graph_of(nodes, edges)


def _stage_node(number: int, width: int, nodes: Sequence[Node]) -> Node:
    first, last = number * width + 1, (number + 1) * width
    name = f"stage {first}" if width == 1 else f"stages {first}-{last}"
    label = nodes[0].label if len(nodes) == 1 else f"{name}: {len(nodes):,} families"
    members = tuple(member for node in nodes for member in node.members)
    return Node(f"s{number}", label, sum(node.n_jobs for node in nodes), "stage", members)


def _place_among(values: Sequence[str]) -> Any:
    places = {value: at for at, value in enumerate(values)}
    return lambda part: (places.get(part, len(places)), part)
