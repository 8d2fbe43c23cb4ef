"""The matrix of a family: all its jobs at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from jobs.models import Job
from jobs.states import JobStatus
from workflows.counting import FAMILIES
from workflows.layout.grouping import FamilyFacts
from workflows.layout.matrix import Matrix, matrix_of, matrix_svg, slowest_first, telling_positions
from workflows.models import Workflow

_WORDS = {status.value: status.word for status in JobStatus}


def family_matrix(workflow: Workflow, family: FamilyFacts) -> Matrix:
    """One cell for each job of a family, in the order of its expansion, in one query.

    The first time for each shape of the workflow one more tells the order of the parameters.
    """
    rows = Job.objects.filter(workflow=workflow, family=family.id).order_by("pk")
    found = list(rows.values_list("pk", "status"))
    parameters = FAMILIES.get(
        (workflow.pk, family.id),
        workflow.shape,
        lambda: _ordered_parameters(family, [pk for pk, _ in found]),
        size=lambda axes: 1 + sum(map(len, axes.values())),
        must_be_current=True,
    )
    return matrix_of([_WORDS[status] for _, status in found], parameters)


def _ordered_parameters(family: FamilyFacts, ids: Sequence[int]) -> dict[str, Sequence[Any]]:
    if len(family.parameters) < 2:
        return {}
    places = {ids[at]: at for at in telling_positions(family.parameters) if at < len(ids)}
    rows = Job.objects.filter(pk__in=list(places)).values_list("pk", "parameters")
    return slowest_first(family.parameters, {places[pk]: values for pk, values in rows})


def matrix_picture(workflow_id: int, family: FamilyFacts, matrix: Matrix) -> SafeString:
    """The matrix for a page; the writer escapes every text."""
    page = reverse("job_by_position", args=[workflow_id])
    label = f"{family.label}: one cell for each of {matrix.n_jobs:,} jobs"
    return SafeString(matrix_svg(matrix, label, f"{page}?family={family.id}&index="))


def job_at(workflow_id: int, family_id: int, index: int) -> int | None:
    """The id of the job at a position of a family, if there is one."""
    rows = Job.objects.filter(workflow=workflow_id, family=family_id).order_by("pk")
    return rows.values_list("pk", flat=True)[index : index + 1].first()
