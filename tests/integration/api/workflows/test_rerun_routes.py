"""Previews and reruns over HTTP."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, User
from api.workflows.rerun_schemas import RerunOut, RerunPreviewOut
from jobs.models import Job, ResourceRequirements
from jobs.statuses import JobStatus
from tests.factories import make_started_workflow
from tests.integration.api.calling import Caller
from tests.integration.api.workflows.failed_jobs import CAUSE, make_failed_jobs
from workflows.models import Workflow


@pytest.fixture
def sweep(owner: User) -> Workflow:
    workflow = make_started_workflow(owner=owner)
    make_failed_jobs(workflow, 3)
    return workflow


def test_a_rerun_does_what_its_preview_said_and_its_receipt_names_the_audit(
    api: Caller, sweep: Workflow
) -> None:
    path = f"/workflows/{sweep.pk}"
    preview = api.ok("GET", f"{path}/rerun_preview?statuses=failed&cause={CAUSE}&memory=2g")
    RerunPreviewOut.model_validate(preview)
    assert (preview["n_selected"], preview["n_downstream"], preview["n_jobs"]) == (3, 1, 4)
    body = {"statuses": ["failed"], "cause": CAUSE, "memory": "2g"}
    done = api.ok("POST", f"{path}/rerun", {**body, "fingerprint": preview["fingerprint"]})
    RerunOut.model_validate(done)
    assert {key: done[key] for key in preview} == preview
    assert done["is_active"]
    entry = AuditEntry.objects.get()
    assert (entry.pk, entry.verb) == (done["audit_id"], "rerun_jobs")
    assert entry.workflow_id == sweep.pk
    assert entry.summary["n_selected"] == 3
    assert entry.summary["change"] == {"memory": "2g"}
    assert ResourceRequirements.objects.filter(memory="2g").count() == 1
    assert set(Job.objects.values_list("status", flat=True)) == {
        JobStatus.READY,
        JobStatus.BLOCKED,
    }


def test_an_empty_body_reruns_the_failed_jobs(api: Caller, sweep: Workflow) -> None:
    assert api.ok("POST", f"/workflows/{sweep.pk}/rerun")["n_selected"] == 3


def test_jobs_may_be_named_and_nothing_started(api: Caller, sweep: Workflow) -> None:
    ids = list(Job.objects.filter(name__startswith="train").values_list("pk", flat=True))
    query = f"job_ids={ids[0]}&job_ids={ids[1]}&downstream=false"
    assert api.ok("GET", f"/workflows/{sweep.pk}/rerun_preview?{query}")["n_jobs"] == 2
    body = {"job_ids": ids[:2], "downstream": False, "start": False}
    Workflow.objects.update(is_started=False)
    assert not api.ok("POST", f"/workflows/{sweep.pk}/rerun", body)["is_active"]


REFUSED: list[tuple[int, str, dict[str, Any]]] = [
    (409, "preview_outdated", {"fingerprint": "0" * 16}),
    (409, "nothing_to_rerun", {"cause": "no such"}),
    (404, "family_not_found", {"family": "nobody"}),
    (404, "job_not_found", {"job_ids": [2**62]}),
    (422, "invalid_memory", {"memory": "much"}),
    (422, "out_of_range", {"num_cpus": 0}),
    (422, "unknown_field", {"num_cpu": 1}),
    (422, "validation_error", {"statuses": ["bad"]}),
    (422, "validation_error", {"cause": "x" * 256}),
]


@pytest.mark.parametrize(("status", "code", "body"), REFUSED)
def test_what_cannot_be_done_is_refused_and_leaves_nothing(
    api: Caller, sweep: Workflow, status: int, code: str, body: dict[str, Any]
) -> None:
    problem = api.refused(status, "POST", f"/workflows/{sweep.pk}/rerun", body)
    assert problem["code"] == code
    assert Job.objects.filter(status=JobStatus.FAILED).count() == 3
    assert not AuditEntry.objects.exists()
    assert not ResourceRequirements.objects.exclude(name="default").exists()


def test_others_see_nothing_of_it(stranger: Caller, sweep: Workflow) -> None:
    for method, what in (("GET", "rerun_preview"), ("POST", "rerun")):
        stranger.refused(404, method, f"/workflows/{sweep.pk}/{what}")


@pytest.mark.parametrize("n_failed", [3, 60])
def test_the_queries_do_not_grow_with_the_jobs(
    api: Caller,
    owner: User,
    n_failed: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    workflow = make_started_workflow(owner=owner)
    make_failed_jobs(workflow, n_failed)
    api.get("/version")  # the first use of a token in a minute is written down
    with django_assert_max_num_queries(12):
        api.ok("GET", f"/workflows/{workflow.pk}/rerun_preview?memory=2g&upstream=true")
