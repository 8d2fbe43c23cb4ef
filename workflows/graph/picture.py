"""A drawn graph as SVG for a page or a file, as text for Graphviz and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from workflows.graph.layout.as_json import graph_json
from workflows.graph.layout.dot import dot_text
from workflows.graph.layout.shapes import Drawing, Vertex
from workflows.graph.layout.stages import StageLine, stage_lines
from workflows.graph.layout.svg import View, page_svg, picture_svg

FileKind = Literal["svg", "dot"]
CONTENT_TYPES: Mapping[FileKind, str] = {
    "svg": "image/svg+xml",
    "dot": "text/vnd.graphviz; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawn graph of a workflow, with the statuses of its jobs."""

    workflow_id: int | None
    """None for one that is not stored yet."""
    name: str
    drawing: Drawing
    counts: Mapping[str, Mapping[str, int]]
    """Key of a vertex -> number of its jobs by status word."""
    splits: Sequence[str] = ()
    """Parameters by which families can be split."""
    split: str | None = None
    """The one by which they are."""
    has_data: bool = False
    is_by_job: bool = False
    selected: str = ""
    """Key of the vertex whose family the page shows."""

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to draw."""
        return not self.drawing.graph.vertices

    @property
    def is_by_stage(self) -> bool:
        """Return whether vertices are stages, because there are too many families to draw."""
        return any(vertex.kind == "stage" for vertex in self.drawing.graph.vertices)

    @property
    def unit(self) -> str:
        """Return what the vertices are: `jobs`, `families` or `stages`."""
        return "jobs" if self.is_by_job else "stages" if self.is_by_stage else "families"

    @property
    def stages(self) -> list[StageLine]:
        """Return the graph in words."""
        return stage_lines(self.drawing.graph, self.counts)

    @property
    def svg(self) -> SafeString:
        """Return the drawing for a page."""
        return self.svg_with()

    def svg_with(self, query: Mapping[str, str] | None = None, page: str = "") -> SafeString:
        """Return the drawing for a page, as SVG with every text escaped.

        Args:
            query: what its links keep of the page's address.
            page: address of the page that shows families, if that is not the drawing's own page.
        """
        return SafeString(
            page_svg(self._view(self._href({**self._view_query(), **(query or {})}, page)))
        )

    def file(self, kind: FileKind) -> str:
        """Return the drawing as a file of its own, or the graph for Graphviz."""
        if kind == "svg":
            return picture_svg(self._view(lambda _: ""))
        return dot_text(self.drawing.graph, self.name, self.counts)

    def as_json(self) -> dict[str, Any]:
        """Return the graph as JSON values."""
        return {
            "workflow_id": self.workflow_id,
            "name": self.name,
            "unit": self.unit,
            "split": self.split,
            "splits": list(self.splits),
            **graph_json(self.drawing.graph, self.counts),
        }

    def _view(self, href: Callable[[Vertex], str]) -> View:
        label = f"Graph of {self.name}"
        return View(self.drawing, self.counts, href, self.selected, label)

    def _view_query(self) -> dict[str, str]:
        query = {"data": "1"} if self.has_data else {}
        return {**query, "split": self.split} if self.split else query

    def _href(self, query: Mapping[str, str], page: str) -> Callable[[Vertex], str]:
        def href(vertex: Vertex) -> str:
            if self.workflow_id is None or not vertex.members:
                return self._data_page(vertex)
            if vertex.kind == "job":
                return reverse("job", args=[self.workflow_id, vertex.members[0]])
            if vertex.kind == "stage" and len(vertex.members) > 1:
                return f"{page and f'{page}?{urlencode(query)}'}#stage-{vertex.key}"
            chosen = {"family": str(vertex.members[0])}
            chosen |= {"part": vertex.part} if vertex.part is not None else {}
            return f"{page}?{urlencode({**query, **chosen})}"

        return href

    def _data_page(self, vertex: Vertex) -> str:
        if self.workflow_id is None or not vertex.is_data:
            return f"#{vertex.key}"
        page = "workflow_files" if vertex.kind == "file" else "workflow_user_data"
        return reverse(page, args=[self.workflow_id])
