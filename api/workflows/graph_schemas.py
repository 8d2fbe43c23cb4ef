"""The graph of a workflow."""

from typing import Literal

from pydantic import BaseModel

from workflows.graph.layout.shapes import VertexKind


class GraphQuery(BaseModel):
    """How the graph is drawn, named as the page names it, and in which form it is sent."""

    data: bool = False
    split: str | None = None
    format: Literal["json", "svg", "dot"] = "json"


class GraphNodeOut(BaseModel):
    """One thing in the graph; `members` are ids of families, or the id of a single job."""

    key: str
    kind: VertexKind
    label: str
    part: str | None
    n: int
    is_looped: bool
    members: list[int]
    stage: int | None
    counts: dict[str, int]
    starts: str | None
    waits_for: list[str]


class GraphEdgeOut(BaseModel):
    """Jobs of `target` wait for jobs of `source`; both are keys."""

    source: str
    target: str
    n_edges: int
    kinds: list[str]
    is_back: bool
    label: str


class GraphOut(BaseModel):
    """The graph of a workflow, and how the jobs of each node are doing."""

    workflow_id: int
    name: str
    unit: Literal["jobs", "families", "stages"]
    split: str | None
    splits: list[str]
    nodes: list[GraphNodeOut]
    edges: list[GraphEdgeOut]
