"""How long jobs of a family take, by what ended attempts of it took."""

import pytest

from jobs.models import Family
from jobs.statuses import JobStatus
from tests import factories
from workflows.models import Workflow
from workflows.status.estimates import MAX_FAMILIES, mean_seconds

pytestmark = pytest.mark.django_db

S = JobStatus
BAD_ENDS = [S.FAILED, S.TERMINATED, S.PENDING_FAILED]


@pytest.fixture
def workflow() -> Workflow:
    return factories.make_started_workflow()


def ran(workflow: Workflow, status: JobStatus, seconds: float, family: Family | None) -> None:
    job = factories.make_job(workflow, status=status, family=family, n_attempts=1)
    factories.make_result(job, exec_seconds=seconds)


def test_completed_jobs_count_where_there_are_any(workflow: Workflow) -> None:
    for seconds in (10.0, 30.0):
        ran(workflow, S.COMPLETED, seconds, None)
    ran(workflow, S.FAILED, 500.0, None)
    assert mean_seconds(workflow, [None]) == {None: 20.0}


@pytest.mark.parametrize("status", BAD_ENDS)
def test_a_family_without_completed_jobs_is_known_by_its_bad_ends(
    workflow: Workflow, status: JobStatus
) -> None:
    family = Family.objects.create(workflow=workflow, position=0, label="fit", n_jobs=1)
    ran(workflow, status, 40.0, family)
    assert mean_seconds(workflow, [family.pk, None]) == {family.pk: 40.0}


def test_one_statement_holds_as_many_families_as_are_allowed(workflow: Workflow) -> None:
    assert mean_seconds(workflow, range(2 * MAX_FAMILIES)) == {}
