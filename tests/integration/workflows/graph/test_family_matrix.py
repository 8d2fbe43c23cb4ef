"""The matrix of a stored family."""

from __future__ import annotations

import pytest

from jobs.models import Job
from jobs.statuses import JobStatus
from tests.integration.workflows.graph.pictures import set_status, stored
from workflows.graph.counts import load_families
from workflows.graph.family_matrix import family_matrix, job_id_at, matrix_picture

pytestmark = pytest.mark.django_db


def test_a_matrix_has_a_cell_for_each_job_that_leads_there() -> None:
    workflow = stored()
    set_status(workflow, "fit_south", JobStatus.FAILED)
    family = next(family for family in load_families(workflow) if family.label == "fit_{data}_{i}")
    matrix = family_matrix(workflow, family)
    assert (matrix.grid.n_rows, matrix.grid.n_columns) == (2, 30)
    job_id = job_id_at(workflow.pk, family.id, 1 * 30 + 4)
    assert job_id is not None
    assert Job.objects.get(pk=job_id).name == "fit_south_5"
    assert job_id_at(workflow.pk, family.id, 60) is None
    picture = matrix_picture(workflow.pk, family, matrix)
    assert f"/w/{workflow.pk}/jobs/by-position?family={family.id}" in picture
