"""A graph in words: a list that says what starts when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from specification.texts.counts import agree
from workflows.graph.layout.labels import edge_label
from workflows.graph.layout.paint import Counts
from workflows.graph.layout.rank import longest_paths
from workflows.graph.layout.shapes import Edge, Graph, Vertex

MAX_NAMED = 4


@dataclass(frozen=True, slots=True)
class StageLine:
    """One vertex of the graph, in words."""

    stage: int
    """The earliest stage at which it can start, counted from 1."""
    vertex: Vertex
    counts: Counts
    starts: str
    """``starts at once``, or ``starts when a and b are done``."""
    waits_for: tuple[str, ...] = ()
    """Keys of the vertices that it waits for."""

    @property
    def text(self) -> str:
        """Return the line as text."""
        count = "" if self.vertex.kind == "job" else f" {self.vertex.n_jobs:,}"
        return f"Stage {self.stage}: {self.vertex.label}{count}, {self.starts}"


def stage_lines(graph: Graph, counts: Mapping[str, Counts] | None = None) -> list[StageLine]:
    """Return a line for each vertex that stands for jobs, stage by stage.

    Args:
        graph: may have data vertices; jobs then wait for those that write the data.
        counts: key of a vertex -> number of its jobs by status word.
    """
    predecessors = _predecessors(graph)
    pairs = [(source, target) for target, edges in predecessors.items() for source in edges]
    n_vertices = len(graph.vertices)
    stages = longest_paths(n_vertices, pairs)
    order = sorted(
        (at for at, vertex in enumerate(graph.vertices) if not vertex.is_data),
        key=lambda at: (stages[at], at),
    )
    return [
        StageLine(
            stages[at] + 1,
            graph.vertices[at],
            (counts or {}).get(graph.vertices[at].key, {}),
            _starts(graph, predecessors[at]),
            tuple(graph.vertices[source].key for source in predecessors[at]),
        )
        for at in order
    ]


def _predecessors(graph: Graph) -> dict[int, dict[int, Edge | None]]:
    """Return for each vertex those that its jobs wait for, directly or through data."""
    sources: dict[int, dict[int, Edge | None]] = defaultdict(dict)
    writers: dict[int, list[int]] = defaultdict(list)
    for edge in graph.edges:
        if edge.is_back:
            continue
        if graph.vertices[edge.target].is_data:
            writers[edge.target].append(edge.source)
        elif not graph.vertices[edge.source].is_data:
            sources[edge.target][edge.source] = edge
    for edge in graph.edges:
        if not edge.is_back and graph.vertices[edge.source].is_data:
            for source in writers[edge.source]:
                sources[edge.target].setdefault(source, None)
    return sources


def _starts(graph: Graph, predecessors: Mapping[int, Edge | None]) -> str:
    if not predecessors:
        return "starts at once"
    names = [_name(graph, source, edge) for source, edge in predecessors.items()]
    more = len(names) - MAX_NAMED
    shown = names[:MAX_NAMED] if more > 1 else names
    rest = f" and {more} more" if more > 1 else ""
    text = ", ".join(shown[:-1]) + (" and " if len(shown) > 1 and not rest else "")
    text = ", ".join(shown) + rest if rest else text + shown[-1]
    n_waited = sum(graph.vertices[source].n_jobs for source in predecessors)
    return f"starts when {text} {agree(n_waited, 'is', 'are')} done"


def _name(graph: Graph, source: int, edge: Edge | None) -> str:
    vertex = graph.vertices[source]
    if vertex.n_jobs == 1:
        return vertex.label
    if edge is not None and edge_label(edge, vertex, graph.vertices[edge.target]) == "1:1":
        return f"its {vertex.label}"
    whole = edge is None or edge.n_edges >= vertex.n_jobs * graph.vertices[edge.target].n_jobs
    return f"all {vertex.n_jobs:,} {vertex.label}" if whole else f"its {vertex.label}"
