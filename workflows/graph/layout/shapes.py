"""What a graph is made of, before and after it is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NodeKind = Literal["family", "job", "stage", "file", "user_data"]

BOX_WIDTH = 210
BOX_HEIGHT = 54
JOB_HEIGHT = 30
DATA_WIDTH = 160
DATA_HEIGHT = 36


@dataclass(frozen=True, slots=True)
class Node:
    """One thing to draw: a family of jobs, a single job, a family of files."""

    key: str
    """Unique in its graph, and fit for the id of an element."""
    label: str
    n_jobs: int
    """How many jobs, files or values it stands for."""
    kind: NodeKind = "family"
    members: tuple[int, ...] = ()
    """Ids of the families or jobs it stands for; none for data."""
    is_looped: bool = False
    """Some of its jobs wait for others of them."""
    part: str | None = None
    """The value of the parameter by which its family was split."""

    @property
    def is_data(self) -> bool:
        """It stands for files or user data, not for jobs."""
        return self.kind in ("file", "user_data")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its box."""
        if self.is_data:
            return DATA_WIDTH, DATA_HEIGHT
        return BOX_WIDTH, JOB_HEIGHT if self.kind == "job" else BOX_HEIGHT


@dataclass(frozen=True, slots=True)
class Edge:
    """Jobs of one node wait for jobs of another; both ends are positions in the nodes."""

    source: int
    target: int
    n_edges: int = 1
    kinds: tuple[str, ...] = ()
    """Out of `job`, `file` and `user_data`: what makes the dependency."""
    is_back: bool = False
    """It leads against the order in which the graph is drawn."""

    @property
    def ends(self) -> tuple[int, int]:
        """Where it begins and ends in the order of the drawing, which knows no circles."""
        return (self.target, self.source) if self.is_back else (self.source, self.target)


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges; without circles once the back edges are turned round."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in pixels from the top left."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    """The drawn line of an edge."""

    edge: int
    """Position in the edges of the graph."""
    path: str
    """As the attribute `d` of an SVG path."""
    label: str = ""
    x: int = 0
    y: int = 0
    """Middle of the label."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where everything is drawn; it does not depend on the statuses of jobs."""

    boxes: tuple[Box, ...]
    """One for each node."""
    lines: tuple[Line, ...]
    frames: tuple[Box, ...]
    """Round nodes that share their lines."""
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph and where it is drawn."""

    graph: Graph
    geometry: Geometry
