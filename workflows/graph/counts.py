"""The families of a workflow, and how many of their jobs have each status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform

from jobs.models import Family, Job
from jobs.statuses import JobStatus
from workflows.cache import Keeper
from workflows.graph.layout.nodes import FamilyFacts
from workflows.graph.layout.shapes import Drawing, Node
from workflows.models import Workflow

FamilyCounts = Mapping[int | None, Mapping[str, int]]
"""Family id -> number of its jobs by status word; None: of jobs without a family."""

KEPT_VALUES = 1_000_000
"""Values of parameters that a web process keeps."""
FAMILIES = Keeper(KEPT_VALUES, cheap_seconds=0)


def families_of(workflow: Workflow) -> list[FamilyFacts]:
    """The families of a workflow in the order of its spec, read once for each shape of it."""
    return FAMILIES.get(
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
    return 1 + sum(1 + sum(map(len, one.parameters.values())) for one in families)


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


def count_nodes(
    workflow_id: int,
    drawing: Drawing,
    families: FamilyCounts,
    *,
    split: str | None,
    is_by_job: bool,
) -> dict[str, dict[str, int]]:
    """How many jobs of each node have each status, by the node's key.

    Args:
        workflow_id: whose jobs.
        drawing: the nodes.
        families: what `count_families` says.
        split: the parameter by whose values families are split.
        is_by_job: nodes are jobs.
    """
    nodes = [one for one in drawing.graph.nodes if not one.is_data]
    if is_by_job:
        rows = Job.objects.filter(workflow=workflow_id).order_by()
        words = {pk: JobStatus(one).word for pk, one in rows.values_list("pk", "status")}
        return {one.key: {words[one.members[0]]: 1} for one in nodes if one.members[0] in words}
    if split is None or any(one.kind == "stage" for one in nodes):
        return {one.key: _sum(families, one) for one in nodes}
    parts = _count_parts(workflow_id, split)
    return {one.key: dict(parts.get((one.members[0], one.part), {})) for one in nodes}


def _count_parts(workflow_id: int, split: str) -> dict[tuple[int, str | None], dict[str, int]]:
    """Of each family and value of a parameter the number of jobs by status word."""
    rows = Job.objects.filter(workflow=workflow_id).order_by()
    annotated: Any = rows.annotate(part=KeyTextTransform(split, "parameters"))
    counted = annotated.values_list("family", "part", "status").annotate(n_jobs=Count("pk"))
    found: dict[tuple[int, str | None], dict[str, int]] = {}
    for family, part, status, n_jobs in counted:
        found.setdefault((family, text_of(part)), {})[JobStatus(status).word] = n_jobs
    return found


def _sum(families: FamilyCounts, node: Node) -> dict[str, int]:
    total: Counter[str] = Counter()
    for member in node.members:
        total.update(families.get(member, {}))
    return dict(total)


def text_of(part: Any) -> str | None:
    """A value of a parameter in the same spelling whatever the database makes of it."""
    return None if part is None else str(part)
