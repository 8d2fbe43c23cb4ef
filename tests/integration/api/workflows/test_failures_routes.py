"""The failures of a run over HTTP."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from api.workflows.failures_schemas import FailuresOut
from tests.factories import make_started_workflow
from tests.integration.api.calling import Caller
from tests.integration.api.workflows.failed_jobs import CAUSE, make_failed_jobs
from workflows.models import Workflow


@pytest.fixture
def sweep(owner: User) -> Workflow:
    workflow = make_started_workflow(owner=owner)
    make_failed_jobs(workflow, 3)
    return workflow


def test_failures_come_with_their_remedy(api: Caller, sweep: Workflow) -> None:
    failures = api.ok("GET", f"/workflows/{sweep.pk}/failures")
    FailuresOut.model_validate(failures)
    (group,) = failures["groups"]
    assert (group["cause"], group["kind"], group["n_jobs"]) == (CAUSE, "memory", 3)
    assert (group["n_follow_ups"], group["return_codes"]) == (1, {"137": 3})
    assert group["families"][0]["name"] == "train"
    assert group["remedy"]["options"] == {"memory": "2m"}
    assert api.ok("GET", f"/workflows/{sweep.pk}/failures?run_id=9")["groups"] == []


def test_others_see_no_failures(stranger: Caller, sweep: Workflow) -> None:
    stranger.refused(404, "GET", f"/workflows/{sweep.pk}/failures")


@pytest.mark.parametrize("n_failed", [3, 60])
def test_the_queries_do_not_grow_with_the_failed_jobs(
    api: Caller,
    owner: User,
    n_failed: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    workflow = make_started_workflow(owner=owner)
    make_failed_jobs(workflow, n_failed)
    api.get("/version")  # the first use of a token in a minute is written down
    with django_assert_max_num_queries(12):
        api.ok("GET", f"/workflows/{workflow.pk}/failures")
