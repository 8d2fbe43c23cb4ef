"""A drawn graph in the forms that people look at: page, file, text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from workflows.graph.layout.as_json import listed
from workflows.graph.layout.dot import dot_text
from workflows.graph.layout.shapes import Drawing, Node
from workflows.graph.layout.stages import StageLine, stage_lines
from workflows.graph.layout.svg import View, page_svg, picture_svg

FileKind = Literal["svg", "dot"]
CONTENT_TYPES: Mapping[FileKind, str] = {
    "svg": "image/svg+xml",
    "dot": "text/vnd.graphviz; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """The graph of a workflow and how its jobs are doing."""

    workflow_id: int | None
    """None for one that is not stored yet."""
    name: str
    drawing: Drawing
    counts: Mapping[str, Mapping[str, int]]
    """Key of a node -> number of its jobs by status word."""
    splits: Sequence[str] = ()
    """Parameters by which families can be split."""
    split: str | None = None
    """The one by which they are."""
    has_data: bool = False
    is_by_job: bool = False
    selected: str = ""
    """Key of the node that is looked at."""

    @property
    def is_empty(self) -> bool:
        """There is nothing to draw."""
        return not self.drawing.graph.nodes

    @property
    def is_by_stage(self) -> bool:
        """There were too many families to draw."""
        return any(node.kind == "stage" for node in self.drawing.graph.nodes)

    @property
    def unit(self) -> str:
        """What a node is: `jobs`, `families` or `stages`."""
        return "jobs" if self.is_by_job else "stages" if self.is_by_stage else "families"

    @property
    def stages(self) -> list[StageLine]:
        """The same in words."""
        return stage_lines(self.drawing.graph, self.counts)

    @property
    def svg(self) -> SafeString:
        """The drawing for a page."""
        return self.svg_with()

    def svg_with(self, query: Mapping[str, str] | None = None, page: str = "") -> SafeString:
        """The drawing for a page; the writer escapes every text.

        Args:
            query: what its links keep.
            page: where families are looked at, if not where the drawing is.
        """
        return SafeString(
            page_svg(self._view(self._href({**self._asked(), **(query or {})}, page)))
        )

    def file(self, kind: FileKind) -> str:
        """The drawing as a file of its own, or the graph for Graphviz."""
        if kind == "svg":
            return picture_svg(self._view(lambda _: ""))
        return dot_text(self.drawing.graph, self.name, self.counts)

    def record(self) -> dict[str, Any]:
        """The graph as JSON values."""
        return {
            "workflow_id": self.workflow_id,
            "name": self.name,
            "unit": self.unit,
            "split": self.split,
            "splits": list(self.splits),
            **listed(self.drawing.graph, self.counts),
        }

    def _view(self, href: Callable[[Node], str]) -> View:
        label = f"Graph of {self.name}"
        return View(self.drawing, self.counts, href, self.selected, label)

    def _asked(self) -> dict[str, str]:
        asked = {"data": "1"} if self.has_data else {}
        return {**asked, "split": self.split} if self.split else asked

    def _href(self, query: Mapping[str, str], page: str) -> Callable[[Node], str]:
        def href(node: Node) -> str:
            if self.workflow_id is None or not node.members:
                return self._data_page(node)
            if node.kind == "job":
                return reverse("job", args=[self.workflow_id, node.members[0]])
            if node.kind == "stage" and len(node.members) > 1:
                return f"{page and f'{page}?{urlencode(query)}'}#stage-{node.key}"
            chosen = {"family": str(node.members[0])}
            chosen |= {"part": node.part} if node.part is not None else {}
            return f"{page}?{urlencode({**query, **chosen})}"

        return href

    def _data_page(self, node: Node) -> str:
        if self.workflow_id is None or not node.is_data:
            return f"#{node.key}"
        page = "workflow_files" if node.kind == "file" else "workflow_user_data"
        return reverse(page, args=[self.workflow_id])
