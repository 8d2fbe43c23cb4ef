"""The matrix of a family: all its jobs at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from database.sql import concat, fetch
from jobs.models import Job
from jobs.statuses import JobStatus
from workflows.graph.counts import FAMILY_CACHE
from workflows.graph.layout.matrix import (
    Matrix,
    build_matrix,
    matrix_svg,
    order_parameters,
    order_positions,
)
from workflows.graph.layout.vertices import FamilyFacts
from workflows.models import Workflow

_WORDS = {str(status.value): status.word for status in JobStatus}


def family_matrix(workflow: Workflow, family: FamilyFacts) -> Matrix:
    """Return one cell for each job of a family, in the order of its expansion, in one query.

    Once for each shape of the workflow, two more queries find the order of the parameters.
    """
    parameters = FAMILY_CACHE.get(
        (workflow.pk, family.id),
        workflow.shape,
        lambda: _ordered_parameters(workflow, family),
        size=lambda axes: 1 + sum(map(len, axes.values())),
        must_be_current=True,
    )
    return build_matrix(_words(workflow, family), parameters)


def _words(workflow: Workflow, family: FamilyFacts) -> list[str]:
    """Return the status words of a family's jobs, which the database sends as one text."""
    sql = f"""
        SELECT {concat("CAST(status AS TEXT)")} FROM (
            SELECT status FROM jobs_job WHERE workflow_id = %s AND family_id = %s ORDER BY id
        ) AS in_order"""
    [(text,)] = fetch(sql, [workflow.pk, family.id])
    return [_WORDS[number] for number in text.split(",")] if text else []


def _ordered_parameters(workflow: Workflow, family: FamilyFacts) -> dict[str, Sequence[Any]]:
    if len(family.parameters) < 2:
        return {}
    jobs = Job.objects.filter(workflow=workflow, family=family.id).order_by("pk")
    ids = list(jobs.values_list("pk", flat=True))
    places = {ids[at]: at for at in order_positions(family.parameters) if at < len(ids)}
    rows = Job.objects.filter(pk__in=list(places)).values_list("pk", "parameters")
    return order_parameters(family.parameters, {places[pk]: values for pk, values in rows})


def matrix_picture(workflow_id: int, family: FamilyFacts, matrix: Matrix) -> SafeString:
    """Return the matrix for a page, as SVG with every text escaped."""
    page = reverse("job_by_position", args=[workflow_id])
    label = f"{family.label}: one cell for each of {matrix.n_jobs:,} jobs"
    return SafeString(matrix_svg(matrix, label, f"{page}?family={family.id}&index="))


def job_id_at(workflow_id: int, family_id: int, index: int) -> int | None:
    """Return the id of the job at a position of a family, None if there is none."""
    rows = Job.objects.filter(workflow=workflow_id, family=family_id).order_by("pk")
    return rows.values_list("pk", flat=True)[index : index + 1].first()
