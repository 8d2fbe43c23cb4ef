"""The graph on a workflow's page, and the family that the address names."""

from collections import Counter
from collections.abc import Iterable
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
"""What in the address of a page says how the graph is shown."""
KEPT_IN_LINKS = ("status", "fit")
"""What the links of nodes keep of the address, besides what the drawing itself depends on."""


@dataclass(frozen=True, slots=True)
class ChosenFamily:
    """The family that the address names, or the part of it with one value of a parameter."""

    family: FamilyFacts
    split: str | None
    part: str | None

    @property
    def label(self) -> str:
        """Return what the page calls it."""
        if self.split is None or self.part is None:
            return self.family.label
        return f"{self.family.label} · {self.split} = {self.part}"

    def jobs_in(self, jobs: JobQuerySet) -> JobQuerySet:
        """Return those of the jobs that belong to it."""
        jobs = jobs.filter(family=self.family.id)
        if self.split is None or self.part is None:
            return jobs
        return jobs.filter(**{f"parameters__{self.split}": _value(self)})


def chosen_family(request: HttpRequest, workflow: Workflow) -> ChosenFamily | None:
    """Return the family that the address names, if it is one of this workflow."""
    text = request.GET.get("family", "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    families = load_families(workflow)
    family = next((family for family in families if family.id == int(text)), None)
    if family is None:
        return None
    split, part = request.GET.get("split"), request.GET.get("part")
    is_parted = split in family.parameters and part is not None
    return ChosenFamily(family, split if is_parted else None, part if is_parted else None)


def sum_of(families: FamilyCounts) -> dict[JobStatus, int]:
    """Return how many jobs of all families together have each status."""
    total: Counter[JobStatus] = Counter()
    for counts in families.values():
        total.update({JobStatus.of_word(word): count for word, count in counts.items()})
    return total


def graph_card(
    request: HttpRequest,
    workflow: Workflow,
    families: FamilyCounts,
    chosen: ChosenFamily | None,
    page: str = "",
) -> dict[str, Any]:
    """Return what the card of the graph shows, and what other links keep of its view.

    Args:
        request: its address says how the graph is shown.
        workflow: whose graph.
        families: what `count_families` returns.
        chosen: the family that the address names.
        page: the address of the page that shows a family, if not this one.
    """
    has_data, split = request.GET.get("data") == "1", request.GET.get("split")
    graph = draw_graph(workflow, families, has_data=has_data, split=split)
    graph = replace(graph, selected=_selected(graph, chosen))
    return {
        "graph": graph,
        "graph_svg": graph.svg_with(_named(request, KEPT_IN_LINKS), page),
        "chosen": chosen,
        "view": _named(request, VIEW),
        "fits": bool(request.GET.get("fit")),
        "is_alone": False,
    }


def _named(request: HttpRequest, names: Iterable[str]) -> dict[str, str]:
    return {name: text for name in names if (text := request.GET.get(name))}


def _selected(graph: Picture, chosen: ChosenFamily | None) -> str:
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
class FamilyMatrix:
    """The picture of a family, a cell for each job, and what rows and columns stand for."""

    picture: SafeString
    caption: str


def matrix_of(workflow: Workflow, chosen: ChosenFamily | None) -> FamilyMatrix | None:
    """Return the matrix of the chosen family, if it has more than one job."""
    if chosen is None or chosen.family.n_jobs < 2:
        return None
    matrix = family_matrix(workflow, chosen.family)
    picture = matrix_picture(workflow.pk, chosen.family, matrix)
    return FamilyMatrix(picture, matrix.grid.caption)


def _value(chosen: ChosenFamily) -> Any:
    """Return the parameter's value whose text is in the address: numbers are stored as numbers."""
    values = chosen.family.parameters.get(chosen.split or "", ())
    return next((value for value in values if str(value) == chosen.part), chosen.part)
