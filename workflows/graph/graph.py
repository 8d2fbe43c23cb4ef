"""The graph of a workflow: what is drawn, where it stands, and how its jobs are doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models.fields.json import KeyTextTransform

from jobs.models import FamilyEdge, Job, JobFile, JobUserData
from userdata.models import File, UserData
from workflows.cache import Keeper
from workflows.graph.counts import FamilyCounts, count_families, count_nodes, families_of, text_of
from workflows.graph.families import data_ends, regroup
from workflows.graph.layout import nodes as layout_nodes
from workflows.graph.layout.circles import has_circle
from workflows.graph.layout.data_nodes import DataNodes
from workflows.graph.layout.lay_out import lay_out
from workflows.graph.layout.nodes import FamilyFacts, Group, GroupEdge, JobFacts
from workflows.graph.layout.shapes import Drawing, Node
from workflows.graph.picture import Picture
from workflows.graph.stored_dependencies import Web, load_web, stages
from workflows.models import Workflow

KEPT_ELEMENTS = 20_000
"""Nodes and edges of the drawings that a web process keeps."""
DRAWINGS = Keeper(KEPT_ELEMENTS, cheap_seconds=0)


def graph_of(
    workflow: Workflow,
    counts: FamilyCounts | None = None,
    *,
    data_nodes: bool = False,
    split: str | None = None,
) -> Picture:
    """The graph of a workflow as it is now; where its nodes stand is reckoned once and kept.

    Args:
        workflow: which.
        counts: what `count_families` says, if the caller has asked that already.
        data_nodes: whether files and user data are nodes, too.
        split: a parameter; families that have it become one node for each value.
    """
    known = _counts_in_families(workflow, counts)
    families = families_of(workflow)
    choices = layout_nodes.split_choices(families)
    sketch = _Sketch(workflow, families, split if split in choices else None, data_nodes)
    drawing = _drawing_of(sketch)
    return Picture(
        workflow_id=workflow.pk,
        name=workflow.name,
        drawing=drawing,
        counts=count_nodes(
            workflow.pk, drawing, known, split=sketch.split, is_by_job=sketch.is_by_job
        ),
        splits=choices,
        split=sketch.split,
        has_data=data_nodes,
        is_by_job=sketch.is_by_job,
    )


def _counts_in_families(workflow: Workflow, counts: FamilyCounts | None) -> FamilyCounts:
    """The counts, after every job has found its family."""
    known = count_families(workflow.pk) if counts is None else counts
    if workflow.has_stale_families or None in known:
        regroup(workflow.pk)
        workflow.refresh_from_db(fields=["has_stale_families", "shape"])
        known = count_families(workflow.pk)
    return known


@dataclass(slots=True)
class _Sketch:
    """What is to be drawn of one workflow."""

    workflow: Workflow
    families: list[FamilyFacts]
    split: str | None
    has_data: bool
    is_by_job: bool = field(init=False)

    def __post_init__(self) -> None:
        n_jobs = sum(one.n_jobs for one in self.families)
        self.is_by_job = n_jobs <= layout_nodes.MAX_SHOWN_JOBS and self.split is None

    @property
    def view(self) -> str:
        """The name under which the drawing is kept."""
        base = "jobs" if self.is_by_job else f"split {self.split}" if self.split else "families"
        return f"{base} with data" if self.has_data else base

    def draw(self) -> Drawing:
        """Group the jobs and lay the groups out."""
        if self.is_by_job or self.split or self.has_data:
            return self._draw_jobs()
        nodes = layout_nodes.family_nodes(self.families)
        rows = FamilyEdge.objects.filter(source__workflow=self.workflow).order_by("pk")
        edges = list(rows.values_list("source_id", "target_id", "kind", "n_edges"))
        return drawn(nodes, edges, lambda: self._depths({}))

    def _draw_jobs(self) -> Drawing:
        """Count the edges job by job, because the families do not say all that is asked."""
        jobs = self._jobs()
        nodes, group_of = self._groups(jobs)
        web = load_web(self.workflow.pk)
        edges = web_edges(web, group_of)
        if self.has_data:
            data = _data_nodes(self.workflow.pk, group_of)
            edges = [edge for edge in edges if edge[2] == "job"] + data.edges
            nodes = {**nodes, **data.nodes}
        return drawn(nodes, edges, lambda: self._depths(group_of, web))

    def _jobs(self) -> list[JobFacts]:
        rows: Any = Job.objects.filter(workflow=self.workflow).order_by("pk")
        if self.split is None:
            return [JobFacts(*row) for row in rows.values_list("pk", "name", "family")]
        rows = rows.annotate(part=KeyTextTransform(self.split, "parameters"))
        parted = rows.values_list("pk", "name", "family", "part")
        return [JobFacts(pk, name, family, text_of(part)) for pk, name, family, part in parted]

    def _groups(self, jobs: list[JobFacts]) -> tuple[dict[Group, Node], dict[int, Group]]:
        if self.is_by_job:
            return layout_nodes.job_nodes(jobs), {one.id: one.id for one in jobs}
        if self.split:
            nodes = layout_nodes.split_nodes(self.families, jobs, self.split)
            return nodes, {one.id: (one.family or 0, one.part or "") for one in jobs}
        nodes = layout_nodes.family_nodes(self.families)
        return nodes, {one.id: one.family for one in jobs if one.family is not None}

    def _depths(self, group_of: Mapping[int, Group], web: Web | None = None) -> dict[Group, float]:
        """How far from the start the jobs of each group are on average."""
        jobs = Job.objects.filter(workflow=self.workflow).order_by("pk")
        families = dict(jobs.values_list("pk", "family"))
        found = stages(list(families), web or load_web(self.workflow.pk))
        return mean_depths(found, group_of or families)


def drawn(
    nodes: Mapping[Group, Node],
    edges: Iterable[GroupEdge],
    depths: Callable[[], Mapping[Group, float]],
) -> Drawing:
    """Lay groups out; too many of them stage by stage.

    Args:
        nodes: group -> node.
        edges: between groups.
        depths: mean stage of each group; asked for only if groups feed each other in turn.
    """
    edges = list(edges)
    places = {group: at for at, group in enumerate(nodes)}
    pairs = [
        (places[source], places[target])
        for source, target, _, _ in edges
        if source in places and target in places
    ]
    known = depths() if has_circle(len(nodes), pairs) else {}
    graph = layout_nodes.graph_of(nodes, edges, known)
    if len(nodes) > layout_nodes.MAX_NODES:
        graph = layout_nodes.by_stage(graph)
    return lay_out(graph)


def mean_depths(found: Mapping[int, int], group_of: Mapping[int, Any]) -> dict[Group, float]:
    """The mean stage of the jobs of each group."""
    total: Counter[Group] = Counter()
    n_jobs: Counter[Group] = Counter()
    for job, stage in found.items():
        total[group_of.get(job, 0)] += stage
        n_jobs[group_of.get(job, 0)] += 1
    return {group: total[group] / count for group, count in n_jobs.items()}


def web_edges(web: Web, group_of: Mapping[int, Group]) -> list[GroupEdge]:
    """The dependencies between groups: `job` where jobs are named, else `data`."""
    counts: Counter[tuple[Group, Group, str]] = Counter()
    for (source, target, at), n in layout_nodes.count_edges(
        group_of, web.members, web.waits
    ).items():
        counts[source, target, "job" if at in web.explicit else "data"] += n
    return [(*key, n_edges) for key, n_edges in counts.items()]


def _data_nodes(workflow_id: int, group_of: Mapping[int, Group]) -> DataNodes:
    found = DataNodes()
    kinds: tuple[tuple[Any, type[models.Model], type[models.Model]], ...] = (
        ("file", File, JobFile),
        ("user_data", UserData, JobUserData),
    )
    for kind, model, link in kinds:
        rows = model._default_manager.filter(workflow=workflow_id)
        names = dict(rows.values_list("pk", "name"))
        found.add(kind, names, data_ends(link, kind, workflow_id, group_of))
    return found


def _drawing_of(sketch: _Sketch) -> Drawing:
    """Return where everything stands, which changes of statuses do not touch."""
    return DRAWINGS.get(
        (sketch.workflow.pk, sketch.view),
        sketch.workflow.shape,
        sketch.draw,
        size=lambda drawing: 1 + len(drawing.graph.nodes) + len(drawing.graph.edges),
        must_be_current=True,
    )
