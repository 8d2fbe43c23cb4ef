"""The graph of a stored workflow, drawn with the statuses of its jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models.fields.json import KeyTextTransform

from jobs.models import FamilyEdge, Job, JobFile, JobUserData
from userdata.models import File, UserData
from workflows.cache import AnswerCache
from workflows.graph.counts import (
    FamilyCounts,
    count_families,
    count_statuses_by_vertex,
    load_families,
    text_of,
)
from workflows.graph.families import assign_families, writers_and_readers
from workflows.graph.layout.data_vertices import DataVertices
from workflows.graph.layout.draw_groups import draw_groups, mean_depths
from workflows.graph.layout.shapes import Drawing, Vertex
from workflows.graph.layout.vertices import (
    MAX_SHOWN_JOBS,
    FamilyFacts,
    Group,
    GroupEdge,
    JobFacts,
    count_group_edges,
    family_vertices,
    job_vertices,
    split_parameters,
    split_vertices,
)
from workflows.graph.picture import Picture
from workflows.graph.stored_dependencies import StoredDependencies, job_stages, load_dependencies
from workflows.models import Workflow

KEPT_ELEMENTS = 20_000
"""Vertices and edges of the drawings that a web process keeps."""
DRAWING_CACHE = AnswerCache(KEPT_ELEMENTS, cheap_seconds=0)


def draw_graph(
    workflow: Workflow,
    counts: FamilyCounts | None = None,
    *,
    has_data: bool = False,
    split: str | None = None,
) -> Picture:
    """Return the graph of a workflow as it is now; the layout is computed once for each shape.

    Args:
        workflow: the workflow.
        counts: the result of `count_families`, if the caller has it already.
        has_data: whether files and user data are vertices, too.
        split: a parameter; families that have it get one vertex for each value.
    """
    family_counts = _counts_in_families(workflow, counts)
    request = _DrawingRequest(workflow, load_families(workflow), split, has_data)
    drawing = _kept_drawing(request)
    return Picture(
        workflow_id=workflow.pk,
        name=workflow.name,
        drawing=drawing,
        counts=count_statuses_by_vertex(workflow.pk, drawing, family_counts, request.split),
        splits=request.splits,
        split=request.split,
        has_data=has_data,
        is_by_job=request.is_by_job,
    )


def _counts_in_families(workflow: Workflow, counts: FamilyCounts | None) -> FamilyCounts:
    """Return the counts by family, after every job has been given a family."""
    family_counts = count_families(workflow.pk) if counts is None else counts
    if workflow.has_stale_families or None in family_counts:
        assign_families(workflow.pk)
        workflow.refresh_from_db(fields=["has_stale_families", "shape"])
        family_counts = count_families(workflow.pk)
    return family_counts


@dataclass(slots=True)
class _DrawingRequest:
    """What is to be drawn of one workflow."""

    workflow: Workflow
    families: list[FamilyFacts]
    split: str | None
    has_data: bool
    splits: list[str] = field(init=False)
    """The parameters by which families can be split."""
    is_by_job: bool = field(init=False)

    def __post_init__(self) -> None:
        self.splits = split_parameters(self.families)
        self.split = self.split if self.split in self.splits else None
        n_jobs = sum(family.n_jobs for family in self.families)
        self.is_by_job = n_jobs <= MAX_SHOWN_JOBS and self.split is None

    @property
    def view(self) -> str:
        """Return the name under which the drawing is kept."""
        base = "jobs" if self.is_by_job else f"split {self.split}" if self.split else "families"
        return f"{base} with data" if self.has_data else base

    def draw(self) -> Drawing:
        """Return the drawing, computed from the database."""
        if self.is_by_job or self.split or self.has_data:
            return self._draw_jobs()
        vertices = family_vertices(self.families)
        rows = FamilyEdge.objects.filter(source__workflow=self.workflow).order_by("pk")
        edges = list(rows.values_list("source_id", "target_id", "kind", "n_edges"))
        return draw_groups(vertices, edges, lambda: self._depths({}))

    def _draw_jobs(self) -> Drawing:
        """Count the edges job by job, which the stored edges between families do not tell apart."""
        jobs = self._jobs()
        vertices, group_of = self._groups(jobs)
        stored = load_dependencies(self.workflow.pk)
        edges = dependency_edges(stored, group_of)
        if self.has_data:
            data = _data_vertices(self.workflow.pk, group_of)
            edges = [edge for edge in edges if edge[2] == "job"] + data.edges
            vertices = {**vertices, **data.vertices}
        return draw_groups(vertices, edges, lambda: self._depths(group_of, stored))

    def _jobs(self) -> list[JobFacts]:
        rows: Any = Job.objects.filter(workflow=self.workflow).order_by("pk")
        if self.split is None:
            return [JobFacts(*row) for row in rows.values_list("pk", "name", "family")]
        rows = rows.annotate(part=KeyTextTransform(self.split, "parameters"))
        parted = rows.values_list("pk", "name", "family", "part")
        return [JobFacts(pk, name, family, text_of(part)) for pk, name, family, part in parted]

    def _groups(self, jobs: list[JobFacts]) -> tuple[dict[Group, Vertex], dict[int, Group]]:
        if self.is_by_job:
            return job_vertices(jobs), {job.id: job.id for job in jobs}
        if self.split:
            vertices = split_vertices(self.families, jobs, self.split)
            return vertices, {job.id: (job.family or 0, job.part or "") for job in jobs}
        vertices = family_vertices(self.families)
        return vertices, {job.id: job.family for job in jobs if job.family is not None}

    def _depths(
        self, group_of: Mapping[int, Group], stored: StoredDependencies | None = None
    ) -> dict[Group, float]:
        """Return how far from the start the jobs of each group are on average, in stages."""
        jobs = Job.objects.filter(workflow=self.workflow).order_by("pk")
        families = dict(jobs.values_list("pk", "family"))
        stage_of = job_stages(list(families), stored or load_dependencies(self.workflow.pk))
        return mean_depths(stage_of, group_of or families)


def dependency_edges(stored: StoredDependencies, group_of: Mapping[int, Group]) -> list[GroupEdge]:
    """Return the dependencies between groups: `job` where jobs are named, else `data`."""
    counts: Counter[tuple[Group, Group, str]] = Counter()
    for (source, target, at), n in count_group_edges(
        group_of, stored.members, stored.waits
    ).items():
        counts[source, target, "job" if at in stored.explicit else "data"] += n
    return [(*key, n_edges) for key, n_edges in counts.items()]


def _data_vertices(workflow_id: int, group_of: Mapping[int, Group]) -> DataVertices:
    vertices = DataVertices()
    kinds: tuple[tuple[Any, type[models.Model], type[models.Model]], ...] = (
        ("file", File, JobFile),
        ("user_data", UserData, JobUserData),
    )
    for kind, model, link in kinds:
        rows = model._default_manager.filter(workflow=workflow_id)
        names = dict(rows.values_list("pk", "name"))
        vertices.add(kind, names, writers_and_readers(link, kind, workflow_id, group_of))
    return vertices


def _kept_drawing(request: _DrawingRequest) -> Drawing:
    """Return the drawing, which changes of statuses leave as it is."""
    return DRAWING_CACHE.get(
        (request.workflow.pk, request.view),
        request.workflow.shape,
        request.draw,
        size=lambda drawing: 1 + len(drawing.graph.vertices) + len(drawing.graph.edges),
        must_be_current=True,
    )
