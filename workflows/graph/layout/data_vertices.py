"""Files and user data as vertices: what the same jobs write and read is one vertex."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from workflows.graph.layout.families_by_name import common_label, stem
from workflows.graph.layout.shapes import Vertex, VertexKind
from workflows.graph.layout.vertices import Group, GroupEdge

MAX_DATA_VERTICES = 60

Ends = Mapping[int, tuple[Sequence[Group], Sequence[Group]]]
"""File or value -> the groups that write it and those that read it."""


@dataclass(slots=True)
class DataVertices:
    """The vertices of files and user data, and the edges to and from them."""

    vertices: dict[Group, Vertex] = field(default_factory=dict)
    edges: list[GroupEdge] = field(default_factory=list)

    def add(self, kind: VertexKind, names: Mapping[int, str], ends: Ends) -> None:
        """Add the vertices of one kind of data.

        Args:
            kind: `file` or `user_data`.
            names: of each file or value.
            ends: of each that some job writes or reads.
        """
        groups = _grouped(names, ends, by_name=True)
        if len(groups) > MAX_DATA_VERTICES:
            groups = _grouped(names, ends, by_name=False)
        largest = sorted(groups, key=lambda items: -len(items))[:MAX_DATA_VERTICES]
        for number, items in enumerate(sorted(largest)):
            self._add_vertex(
                kind, f"{kind[0]}d{number}", [names[item] for item in items], ends[items[0]]
            )

    def _add_vertex(
        self,
        kind: VertexKind,
        key: str,
        names: Sequence[str],
        ends: tuple[Sequence[Group], Sequence[Group]],
    ) -> None:
        self.vertices[key] = Vertex(key, common_label(names), len(names), kind)
        writers, readers = ends
        self.edges += [(writer, key, kind, len(names)) for writer in writers]
        self.edges += [(key, reader, kind, len(names)) for reader in readers]


def _grouped(names: Mapping[int, str], ends: Ends, *, by_name: bool) -> list[list[int]]:
    groups: dict[Hashable, list[int]] = {}
    for item, (writers, readers) in ends.items():
        name = stem(names[item]) if by_name else ""
        groups.setdefault((name, frozenset(writers), frozenset(readers)), []).append(item)
    return list(groups.values())
