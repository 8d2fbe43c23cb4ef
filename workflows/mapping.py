"""The matrix of a family: all its jobs at a glance."""

from __future__ import annotations

from django.urls import reverse
from django.utils.safestring import SafeString

from jobs.models import Family, Job
from jobs.states import JobStatus
from workflows.layout.matrix import Matrix, matrix_of, matrix_svg

_WORDS = {status.value: status.word for status in JobStatus}


def family_matrix(family: Family) -> Matrix:
    """One cell for each job of a family, in the order of its expansion; one query."""
    rows = Job.objects.filter(workflow=family.workflow_id, family=family).order_by("pk")
    words = [_WORDS[status] for status in rows.values_list("status", flat=True)]
    return matrix_of(words, family.parameters)


def matrix_picture(family: Family, matrix: Matrix) -> SafeString:
    """The matrix for a page; the writer escapes every text."""
    page = reverse("job_by_position", args=[family.workflow_id])
    label = f"{family.label}: one cell for each of {matrix.n_jobs:,} jobs"
    return SafeString(matrix_svg(matrix, label, f"{page}?family={family.pk}&index="))


def job_at(workflow_id: int, family_id: int, index: int) -> int | None:
    """The id of the job at a position of a family, if there is one."""
    rows = Job.objects.filter(workflow=workflow_id, family=family_id).order_by("pk")
    return rows.values_list("pk", flat=True)[index : index + 1].first()
