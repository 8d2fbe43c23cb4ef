"""The matrix of a family: all its jobs at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from database.sql import concat, fetch
from jobs.models import Job
from jobs.statuses import JobStatus
from workflows.graph.counts import FAMILIES
from workflows.graph.layout.matrix import (
    Matrix,
    matrix_of,
    matrix_svg,
    slowest_first,
    telling_positions,
)
from workflows.graph.layout.nodes import FamilyFacts
from workflows.models import Workflow

_WORDS = {str(status.value): status.word for status in JobStatus}


def family_matrix(workflow: Workflow, family: FamilyFacts) -> Matrix:
    """One cell for each job of a family, in the order of its expansion, in one query.

    The first time for each shape of the workflow two more tell the order of the parameters.
    """
    parameters = FAMILIES.get(
        (workflow.pk, family.id),
        workflow.shape,
        lambda: _ordered_parameters(workflow, family),
        size=lambda axes: 1 + sum(map(len, axes.values())),
        must_be_current=True,
    )
    return matrix_of(_words(workflow, family), parameters)


def _words(workflow: Workflow, family: FamilyFacts) -> list[str]:
    """The status words of a family's jobs, which the database sends as one text."""
    sql = f"""
        SELECT {concat("CAST(status AS TEXT)")} FROM (
            SELECT status FROM jobs_job WHERE workflow_id = %s AND family_id = %s ORDER BY id
        ) AS in_order"""
    text = fetch(sql, [workflow.pk, family.id])[0][0]
    return [_WORDS[one] for one in text.split(",")] if text else []


def _ordered_parameters(workflow: Workflow, family: FamilyFacts) -> dict[str, Sequence[Any]]:
    if len(family.parameters) < 2:
        return {}
    jobs = Job.objects.filter(workflow=workflow, family=family.id).order_by("pk")
    ids = list(jobs.values_list("pk", flat=True))
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
