"""The graph of a workflow: what is drawn, where it stands, and how its jobs are doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform

from jobs.models import Family, FamilyEdge, Job, JobFile, JobUserData
from jobs.states import JobStatus
from userdata.models import File, UserData
from workflows.keeping import Keeper
from workflows.layout import grouping
from workflows.layout.circles import has_circle
from workflows.layout.datanodes import DataNodes
from workflows.layout.grouping import FamilyFacts, Group, GroupEdge, JobFacts
from workflows.layout.layered import lay_out
from workflows.layout.shapes import Drawing, Node
from workflows.models import Workflow
from workflows.picturing import Picture
from workflows.regrouping import data_ends, regroup
from workflows.weaving import Web, load_web, stages

FamilyCounts = Mapping[int | None, Mapping[str, int]]
"""Family id -> number of its jobs by status word; None: of jobs without a family."""

KEPT_ELEMENTS = 100_000
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
    known = count_families(workflow.pk) if counts is None else counts
    if workflow.has_stale_families or None in known:
        regroup(workflow.pk)
        workflow.refresh_from_db(fields=["has_stale_families", "shape"])
        known = count_families(workflow.pk)
    families = family_facts(workflow.pk)
    choices = grouping.split_choices(families)
    sketch = _Sketch(workflow, families, split if split in choices else None, data_nodes)
    drawing = _drawing_of(sketch)
    return Picture(
        workflow_id=workflow.pk,
        name=workflow.name,
        drawing=drawing,
        counts=_node_counts(drawing, known, sketch),
        splits=choices,
        split=sketch.split,
        has_data=data_nodes,
        is_by_job=sketch.is_by_job,
    )


def count_families(workflow_id: int) -> dict[int | None, dict[str, int]]:
    """How many jobs of each family have each status, in one query."""
    rows = (
        Job.objects.filter(workflow=workflow_id)
        .order_by()
        .values_list("family", "status")
        .annotate(n_jobs=Count("pk"))
    )
    found: dict[int | None, dict[str, int]] = {}
    for family, status, n_jobs in rows:
        found.setdefault(family, {})[JobStatus(status).word] = n_jobs
    return found


def family_facts(workflow_id: int) -> list[FamilyFacts]:
    """The families of a workflow in the order of its spec."""
    rows = Family.objects.filter(workflow=workflow_id).order_by("position")
    return [FamilyFacts(*row) for row in rows.values_list("pk", "label", "n_jobs", "parameters")]


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
        self.is_by_job = n_jobs <= grouping.MAX_SHOWN_JOBS and self.split is None

    @property
    def view(self) -> str:
        """The name under which the drawing is kept."""
        base = "jobs" if self.is_by_job else f"split {self.split}" if self.split else "families"
        return f"{base} with data" if self.has_data else base

    def draw(self) -> Drawing:
        """Group the jobs and lay the groups out."""
        if self.is_by_job or self.split or self.has_data:
            return self._draw_jobs()
        nodes = grouping.family_nodes(self.families)
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
        return [JobFacts(pk, name, family, _text(part)) for pk, name, family, part in parted]

    def _groups(self, jobs: list[JobFacts]) -> tuple[dict[Group, Node], dict[int, Group]]:
        if self.is_by_job:
            return grouping.job_nodes(jobs), {one.id: one.id for one in jobs}
        if self.split:
            nodes = grouping.split_nodes(self.families, jobs, self.split)
            return nodes, {one.id: (one.family or 0, one.part or "") for one in jobs}
        nodes = grouping.family_nodes(self.families)
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
    graph = grouping.graph_of(nodes, edges, known)
    if len(nodes) > grouping.MAX_NODES:
        graph = grouping.by_stage(graph)
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
    for (source, target, at), n in grouping.count_edges(group_of, web.members, web.waits).items():
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


def _node_counts(
    drawing: Drawing, families: FamilyCounts, sketch: _Sketch
) -> dict[str, dict[str, int]]:
    """The number of jobs of each node by status word."""
    rows = Job.objects.filter(workflow=sketch.workflow).order_by()
    if sketch.is_by_job:
        words = {pk: JobStatus(one).word for pk, one in rows.values_list("pk", "status")}
        shown = (node for node in drawing.graph.nodes if not node.is_data)
        return {one.key: {words[one.members[0]]: 1} for one in shown if one.members[0] in words}
    if sketch.split is None:
        return {one.key: _sum(families, one) for one in drawing.graph.nodes if not one.is_data}
    parts: dict[tuple[int, str | None], Counter[str]] = {}
    annotated: Any = rows.annotate(part=KeyTextTransform(sketch.split, "parameters"))
    counted = annotated.values_list("family", "part", "status").annotate(n_jobs=Count("pk"))
    for family, part, status, n_jobs in counted:
        parts.setdefault((family, _text(part)), Counter())[JobStatus(status).word] = n_jobs
    if any(one.kind == "stage" for one in drawing.graph.nodes):
        return {one.key: _sum(families, one) for one in drawing.graph.nodes}
    return {
        one.key: dict(parts.get((one.members[0], one.part), {}))
        for one in drawing.graph.nodes
        if not one.is_data
    }


def _sum(families: FamilyCounts, node: Node) -> dict[str, int]:
    total: Counter[str] = Counter()
    for member in node.members:
        total.update(families.get(member, {}))
    return dict(total)


def _text(part: Any) -> str | None:
    """A value of a parameter in the same spelling whatever the database makes of it."""
    return None if part is None else str(part)
