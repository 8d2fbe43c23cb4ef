"""Files and user data as nodes: those that the same jobs write and read are one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from workflows.graph.layout.families_by_name import common_label, stem
from workflows.graph.layout.nodes import Group, GroupEdge
from workflows.graph.layout.shapes import Node, NodeKind

MAX_DATA_NODES = 60

Ends = Mapping[int, tuple[Sequence[Group], Sequence[Group]]]
"""File or value -> the groups that write it and those that read it."""


@dataclass(slots=True)
class DataNodes:
    """Nodes for data, and what leads to and from them."""

    nodes: dict[Group, Node] = field(default_factory=dict)
    edges: list[GroupEdge] = field(default_factory=list)

    def add(self, kind: NodeKind, names: Mapping[int, str], ends: Ends) -> None:
        """Add the nodes of one kind of data.

        Args:
            kind: `file` or `user_data`.
            names: of each file or value.
            ends: of each that some job writes or reads.
        """
        found = _grouped(names, ends, by_name=True)
        if len(found) > MAX_DATA_NODES:
            found = _grouped(names, ends, by_name=False)
        largest = sorted(found, key=lambda items: -len(items))[:MAX_DATA_NODES]
        for number, items in enumerate(sorted(largest)):
            self._add_node(
                kind, f"{kind[0]}d{number}", [names[one] for one in items], ends[items[0]]
            )

    def _add_node(
        self,
        kind: NodeKind,
        key: str,
        names: Sequence[str],
        ends: tuple[Sequence[Group], Sequence[Group]],
    ) -> None:
        self.nodes[key] = Node(key, common_label(names), len(names), kind)
        writers, readers = ends
        self.edges += [(writer, key, kind, len(names)) for writer in writers]
        self.edges += [(key, reader, kind, len(names)) for reader in readers]


def _grouped(names: Mapping[int, str], ends: Ends, *, by_name: bool) -> list[list[int]]:
    groups: dict[Hashable, list[int]] = {}
    for one, (writers, readers) in ends.items():
        name = stem(names[one]) if by_name else ""
        groups.setdefault((name, frozenset(writers), frozenset(readers)), []).append(one)
    return list(groups.values())
