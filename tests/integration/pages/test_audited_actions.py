"""Every page that does something leaves an entry, and one that only asks leaves none."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import AuditEntry, User
from jobs.statuses import JobStatus
from tests.factories import make_job, make_result, make_workflow
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

SPEC = "name: s\njobs:\n- name: a\n  command: 'true'\n"


@pytest.fixture
def workflow(ann: User) -> Workflow:
    workflow = make_workflow("sweep", owner=ann, run_id=1)
    failed = make_job(workflow, "failed", status=JobStatus.FAILED, n_attempts=1)
    make_result(failed, return_code=1)
    make_job(workflow, "waiting", status=JobStatus.READY)
    return workflow


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


@pytest.mark.parametrize(
    ("action", "verb"),
    [
        ("start", "start_workflow"),
        ("initialize", "initialize_workflow"),
        ("cancel", "cancel_workflow"),
        ("delete", "delete_workflow"),
    ],
)
def test_an_action_on_a_workflow_leaves_one_entry(
    page: Client, workflow: Workflow, ann: User, action: str, verb: str
) -> None:
    page.post(f"/w/{workflow.pk}/{action}")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.workflow_id, entry.user_id) == (verb, workflow.pk, ann.pk)
    assert (entry.surface, entry.token_id) == ("web", None)


def test_a_canceled_job_is_named(page: Client, workflow: Workflow) -> None:
    job = workflow.jobs.get(name="waiting")
    page.post(f"/w/{workflow.pk}/jobs/{job.pk}/cancel")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.kind, entry.object_id) == ("cancel_job", "job", job.pk)


def test_an_upload_that_is_started_leaves_two_and_a_check_none(page: Client) -> None:
    page.post("/workflows/new", {"text": SPEC, "action": "check"})
    assert verbs() == []
    page.post("/workflows/new", {"text": SPEC, "action": "start"})
    assert verbs() == ["create_workflow", "start_workflow"]
    made = Workflow.objects.get(name="s")
    assert set(AuditEntry.objects.values_list("workflow_id", flat=True)) == {made.pk}


def test_what_is_refused_leaves_none(page: Client, workflow: Workflow) -> None:
    Workflow.objects.update(is_archived=True)
    page.post(f"/w/{workflow.pk}/start")
    assert verbs() == []


def pages(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from pages(entry, route)
        elif isinstance(entry, URLPattern) and not route.startswith("torc-service/"):
            yield route


def test_looking_at_pages_leaves_none(page: Client, workflow: Workflow) -> None:
    job = workflow.jobs.get(name="failed")
    for route in pages(get_resolver()):
        path = route.replace("<int:workflow_id>", str(workflow.pk))
        path = path.replace("<int:job_id>", str(job.pk))
        if "<" not in path:
            page.get(f"/{path}")
    assert verbs() == []
