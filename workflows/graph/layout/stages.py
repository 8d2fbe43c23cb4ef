"""A graph in words: the list that says what starts when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from workflows.graph.layout.labels import edge_label
from workflows.graph.layout.paint import Counts
from workflows.graph.layout.rank import longest_paths
from workflows.graph.layout.shapes import Edge, Graph, Node

MAX_NAMED = 4


@dataclass(frozen=True, slots=True)
class StageLine:
    """One node of the graph, in words."""

    stage: int
    """Counted from 1: the earliest at which it can start."""
    node: Node
    counts: Counts
    starts: str
    """``starts at once``, or ``starts when a and b are done``."""
    waits_for: tuple[str, ...] = ()
    """Keys of the nodes that it waits for."""

    @property
    def text(self) -> str:
        """The whole line."""
        count = "" if self.node.kind == "job" else f" {self.node.n_jobs:,}"
        return f"Stage {self.stage}: {self.node.label}{count}, {self.starts}"


def stage_lines(graph: Graph, counts: Mapping[str, Counts] | None = None) -> list[StageLine]:
    """Return a line for each node that stands for jobs, stage by stage.

    Args:
        graph: may have data nodes; jobs then wait for those that write the data.
        counts: key of a node -> number of its jobs by status word.
    """
    waited = _waited(graph)
    pairs = [(source, target) for target, edges in waited.items() for source in edges]
    n_nodes = len(graph.nodes)
    stages = longest_paths(n_nodes, pairs)
    order = sorted(
        (at for at, node in enumerate(graph.nodes) if not node.is_data),
        key=lambda at: (stages[at], at),
    )
    return [
        StageLine(
            stages[at] + 1,
            graph.nodes[at],
            (counts or {}).get(graph.nodes[at].key, {}),
            _starts(graph, waited[at]),
            tuple(graph.nodes[source].key for source in waited[at]),
        )
        for at in order
    ]


def _waited(graph: Graph) -> dict[int, dict[int, Edge | None]]:
    """Return for each node those that its jobs wait for, through data if need be."""
    found: dict[int, dict[int, Edge | None]] = defaultdict(dict)
    writers: dict[int, list[int]] = defaultdict(list)
    for edge in graph.edges:
        if edge.is_back:
            continue
        if graph.nodes[edge.target].is_data:
            writers[edge.target].append(edge.source)
        elif not graph.nodes[edge.source].is_data:
            found[edge.target][edge.source] = edge
    for edge in graph.edges:
        if not edge.is_back and graph.nodes[edge.source].is_data:
            for source in writers[edge.source]:
                found[edge.target].setdefault(source, None)
    return found


def _starts(graph: Graph, waited: Mapping[int, Edge | None]) -> str:
    if not waited:
        return "starts at once"
    names = [_name(graph, source, edge) for source, edge in waited.items()]
    more = len(names) - MAX_NAMED
    shown = names[:MAX_NAMED] if more > 1 else names
    rest = f" and {more} more" if more > 1 else ""
    text = ", ".join(shown[:-1]) + (" and " if len(shown) > 1 and not rest else "")
    text = ", ".join(shown) + rest if rest else text + shown[-1]
    is_single = len(names) == 1 and graph.nodes[next(iter(waited))].n_jobs == 1
    return f"starts when {text} {'is' if is_single else 'are'} done"


def _name(graph: Graph, source: int, edge: Edge | None) -> str:
    node = graph.nodes[source]
    if node.n_jobs == 1:
        return node.label
    if edge is not None and edge_label(edge, node, graph.nodes[edge.target]) == "1:1":
        return f"its {node.label}"
    whole = edge is None or edge.n_edges >= node.n_jobs * graph.nodes[edge.target].n_jobs
    return f"all {node.n_jobs:,} {node.label}" if whole else f"its {node.label}"
