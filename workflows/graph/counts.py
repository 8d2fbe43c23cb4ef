"""The families of a workflow, and how many of their jobs have each status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform

from jobs.models import Family, Job
from jobs.statuses import JobStatus
from workflows.cache import AnswerCache
from workflows.graph.layout.shapes import Drawing, Vertex
from workflows.graph.layout.vertices import FamilyFacts
from workflows.models import Workflow

FamilyCounts = Mapping[int | None, Mapping[str, int]]
"""Family id -> number of its jobs by status word; None: of jobs without a family."""

KEPT_VALUES = 1_000_000
"""Values of parameters that a web process keeps."""
FAMILY_CACHE = AnswerCache(KEPT_VALUES, cheap_seconds=0)


def load_families(workflow: Workflow) -> list[FamilyFacts]:
    """Return the families of a workflow in the order of its spec, read once for each shape."""
    return FAMILY_CACHE.get(
        workflow.pk,
        (workflow.shape, workflow.has_stale_families),
        lambda: _families(workflow.pk),
        size=_n_values,
        must_be_current=True,
    )


def _families(workflow_id: int) -> list[FamilyFacts]:
    rows = Family.objects.filter(workflow=workflow_id).order_by("position")
    return [FamilyFacts(*row) for row in rows.values_list("pk", "label", "n_jobs", "parameters")]


def _n_values(families: list[FamilyFacts]) -> int:
    return 1 + sum(1 + sum(map(len, family.parameters.values())) for family in families)


def count_families(workflow_id: int) -> dict[int | None, dict[str, int]]:
    """Return how many jobs of each family have each status, in one query."""
    rows = (
        Job.objects.filter(workflow=workflow_id)
        .order_by()
        .values_list("family", "status")
        .annotate(n_jobs=Count("pk"))
    )
    counts: dict[int | None, dict[str, int]] = {}
    for family, status, n_jobs in rows:
        counts.setdefault(family, {})[JobStatus(status).word] = n_jobs
    return counts


def count_statuses_by_vertex(
    workflow_id: int,
    drawing: Drawing,
    families: FamilyCounts,
    split: str | None,
) -> dict[str, dict[str, int]]:
    """Return how many jobs of each vertex have each status, by the vertex's key.

    Args:
        workflow_id: the workflow of the jobs.
        drawing: has the vertices.
        families: the result of `count_families`.
        split: the parameter by whose values families are split.
    """
    vertices = [vertex for vertex in drawing.graph.vertices if not vertex.is_data]
    kinds = {vertex.kind for vertex in vertices}
    if "job" in kinds:
        return _job_statuses(workflow_id, vertices)
    if split is None or "stage" in kinds:
        return {vertex.key: _sum(families, vertex) for vertex in vertices}
    parts = _count_parts(workflow_id, split)
    return {
        vertex.key: dict(parts.get((vertex.members[0], vertex.part), {})) for vertex in vertices
    }


def _job_statuses(workflow_id: int, vertices: Sequence[Vertex]) -> dict[str, dict[str, int]]:
    rows = Job.objects.filter(workflow=workflow_id).order_by().values_list("pk", "status")
    words = {pk: JobStatus(status).word for pk, status in rows}
    return {
        vertex.key: {words[vertex.members[0]]: 1}
        for vertex in vertices
        if vertex.members[0] in words
    }


def _count_parts(workflow_id: int, split: str) -> dict[tuple[int, str | None], dict[str, int]]:
    """Return the jobs by status word for each family and value of a parameter."""
    rows = Job.objects.filter(workflow=workflow_id).order_by()
    annotated: Any = rows.annotate(part=KeyTextTransform(split, "parameters"))
    rows = annotated.values_list("family", "part", "status").annotate(n_jobs=Count("pk"))
    counts: dict[tuple[int, str | None], dict[str, int]] = {}
    for family, part, status, n_jobs in rows:
        counts.setdefault((family, text_of(part)), {})[JobStatus(status).word] = n_jobs
    return counts


def _sum(families: FamilyCounts, vertex: Vertex) -> dict[str, int]:
    total: Counter[str] = Counter()
    for member in vertex.members:
        total.update(families.get(member, {}))
    return dict(total)


def text_of(part: Any) -> str | None:
    """Return a parameter's value as text, the same whatever the database returns it as."""
    return None if part is None else str(part)
