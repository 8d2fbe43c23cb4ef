"""What a graph is made of, before and after it is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VertexKind = Literal["family", "job", "stage", "file", "user_data"]

BOX_WIDTH = 210
BOX_HEIGHT = 54
JOB_HEIGHT = 30
DATA_WIDTH = 160
DATA_HEIGHT = 36


@dataclass(frozen=True, slots=True)
class Vertex:
    """One thing to draw: a family of jobs, a single job, a family of files."""

    key: str
    """Unique in its graph, and fit for the id of an element."""
    label: str
    n_jobs: int
    """How many jobs, files or values it stands for."""
    kind: VertexKind = "family"
    members: tuple[int, ...] = ()
    """Ids of the families or jobs it stands for; none for data."""
    is_looped: bool = False
    """Whether some of its jobs wait for others of them."""
    part: str | None = None
    """The value of the parameter by which its family was split."""

    @property
    def is_data(self) -> bool:
        """Return whether it stands for files or user data, not for jobs."""
        return self.kind in ("file", "user_data")

    @property
    def size(self) -> tuple[int, int]:
        """Return the width and height of its box, in pixels."""
        if self.is_data:
            return DATA_WIDTH, DATA_HEIGHT
        return BOX_WIDTH, JOB_HEIGHT if self.kind == "job" else BOX_HEIGHT


@dataclass(frozen=True, slots=True)
class Edge:
    """The jobs of the target wait for jobs of the source; both are positions in the vertices."""

    source: int
    target: int
    n_edges: int = 1
    kinds: tuple[str, ...] = ()
    """What makes the dependency, out of `job`, `file` and `user_data`."""
    is_back: bool = False
    """Whether it leads against the order in which the graph is drawn."""

    @property
    def ends(self) -> tuple[int, int]:
        """Return its left and its right end in the drawing, which has no circles."""
        return (self.target, self.source) if self.is_back else (self.source, self.target)


@dataclass(frozen=True, slots=True)
class Graph:
    """Vertices and edges; without circles once the back edges are reversed."""

    vertices: tuple[Vertex, ...] = ()
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
    """One for each vertex."""
    lines: tuple[Line, ...]
    frames: tuple[Box, ...]
    """Around vertices that share their lines."""
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph and where it is drawn."""

    graph: Graph
    geometry: Geometry
