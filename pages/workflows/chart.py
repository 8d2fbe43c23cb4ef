"""The graph on a workflow's page, and the family that is looked at."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from jobs.models.job import JobQuerySet
from jobs.statuses import JobStatus
from workflows.graph.counts import FamilyCounts, load_families
from workflows.graph.family_matrix import family_matrix, matrix_picture
from workflows.graph.layout.vertices import FamilyFacts
from workflows.graph.picture import Picture
from workflows.graph.workflow_graph import draw_graph
from workflows.models import Workflow

VIEW = ("data", "split", "fit")
"""What of a page's address says how the graph is shown."""
KEPT_WITH_NODES = ("status", "fit")
"""What a click on a node keeps of the address, besides what the drawing itself depends on."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The family that the address names, or the part of it with one value of a parameter."""

    family: FamilyFacts
    split: str | None
    part: str | None

    @property
    def label(self) -> str:
        """What the family is called."""
        if self.split is None or self.part is None:
            return self.family.label
        return f"{self.family.label} · {self.split} = {self.part}"

    def of(self, rows: JobQuerySet) -> JobQuerySet:
        """Only its jobs."""
        rows = rows.filter(family=self.family.id)
        if self.split is None or self.part is None:
            return rows
        return rows.filter(**{f"parameters__{self.split}": _value(self.family, self)})


def chosen_of(request: HttpRequest, workflow: Workflow) -> Chosen | None:
    """The family that the address names, if it is one of this workflow."""
    text = request.GET.get("family", "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    family = next((one for one in load_families(workflow) if one.id == int(text)), None)
    if family is None:
        return None
    split, part = request.GET.get("split"), request.GET.get("part")
    is_parted = split in family.parameters and part is not None
    return Chosen(family, split if is_parted else None, part if is_parted else None)


def sum_of(families: FamilyCounts) -> dict[JobStatus, int]:
    """How many jobs of all families together have each status."""
    total: Counter[JobStatus] = Counter()
    for counts in families.values():
        total.update({JobStatus.of_word(word): count for word, count in counts.items()})
    return total


def chart_of(
    request: HttpRequest,
    workflow: Workflow,
    families: FamilyCounts,
    chosen: Chosen | None,
    page: str = "",
) -> dict[str, Any]:
    """What the card of the graph shows, and what other links keep of its view.

    Args:
        request: its address says how the graph is shown.
        workflow: whose graph.
        families: what `count_families` says.
        chosen: the family that is looked at.
        page: where families are looked at, if not on the page that is asked for.
    """
    graph = draw_graph(
        workflow,
        families,
        has_data=request.GET.get("data") == "1",
        split=request.GET.get("split"),
    )
    graph = replace(graph, selected=_selected(graph, chosen))
    kept = {name: text for name in KEPT_WITH_NODES if (text := request.GET.get(name))}
    return {
        "graph": graph,
        "graph_svg": graph.svg_with(kept, page),
        "chosen": chosen,
        "view": {name: text for name in VIEW if (text := request.GET.get(name))},
    }


def _selected(graph: Picture, chosen: Chosen | None) -> str:
    if chosen is None:
        return ""
    for vertex in graph.drawing.graph.vertices:
        if (
            chosen.family.id in vertex.members
            and vertex.kind != "job"
            and vertex.part == chosen.part
        ):
            return vertex.key
    return ""


@dataclass(frozen=True, slots=True)
class FamilyMap:
    """The matrix of a family, and what its rows and columns stand for."""

    picture: SafeString
    caption: str


def matrix_of(workflow: Workflow, chosen: Chosen | None) -> FamilyMap | None:
    """The matrix of the family that is looked at, if it has more than one job."""
    if chosen is None or chosen.family.n_jobs < 2:
        return None
    matrix = family_matrix(workflow, chosen.family)
    picture = matrix_picture(workflow.pk, chosen.family, matrix)
    return FamilyMap(picture, matrix.grid.caption)


def _value(family: FamilyFacts, chosen: Chosen) -> Any:
    """The parameter's value whose text is in the address: numbers are stored as numbers."""
    values = family.parameters.get(chosen.split or "", ())
    return next((value for value in values if str(value) == chosen.part), chosen.part)
