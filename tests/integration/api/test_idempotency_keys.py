"""A creation that a client sends again, because it saw no answer, is done once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, CreationKey
from jobs.models import Job
from tests.integration.api.calling import Caller, problem_of
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

SPEC = {"spec": "name: w\njobs: [{name: a, command: 'true'}]\n", "format": "yaml"}
KEY = {"Idempotency-Key": "5b0c0c1e-1"}


@pytest.mark.parametrize(
    ("path", "body"), [("/workflow_specs", SPEC), ("/workflows", {"name": "w"})]
)
def test_the_same_creation_with_the_same_key_is_done_once(
    api: Caller, path: str, body: dict[str, Any]
) -> None:
    first, again = api.post(path, body, **KEY), api.post(path, body, **KEY)
    assert first.status_code == again.status_code < 300
    assert json.loads(first.content) == json.loads(again.content)
    assert Workflow.objects.count() == 1
    assert AuditEntry.objects.count() == 1
    assert api.post(path, body, **{"Idempotency-Key": "other"}).status_code < 300
    assert Workflow.objects.count() == 2


def test_many_jobs_at_once_are_made_once(api: Caller, workflow: Workflow) -> None:
    job = {"workflow_id": workflow.pk, "name": "a", "command": "true"}
    body = {"jobs": [job, {**job, "name": "b"}]}
    first, again = (api.post("/bulk_jobs", body, **KEY) for _ in range(2))
    assert first.status_code == 200, first.content
    assert first.content == again.content
    assert Job.objects.count() == 2


def test_another_request_with_a_used_key_is_refused(api: Caller) -> None:
    api.post("/workflows", {"name": "w"}, **KEY)
    refused = api.post("/workflows", {"name": "v"}, **KEY)
    assert (refused.status_code, problem_of(refused)["code"]) == (422, "idempotency_key_reused")


def test_a_creation_that_failed_may_be_tried_again_with_its_key(api: Caller) -> None:
    assert api.post("/workflows", {"name": ""}, **KEY).status_code == 422
    assert api.post("/workflows", {"name": "w"}, **KEY).status_code == 200


def test_nothing_is_created_while_the_end_of_the_first_request_is_unknown(api: Caller) -> None:
    api.post("/workflows", {"name": "w"}, **KEY)
    CreationKey.objects.update(answer="")
    refused = api.post("/workflows", {"name": "w"}, **KEY)
    assert (refused.status_code, problem_of(refused)["code"]) == (409, "idempotency_key_in_use")
    assert Workflow.objects.count() == 1


def test_keys_are_each_persons_own_and_end_after_a_day(api: Caller, stranger: Caller) -> None:
    for caller in (api, stranger):
        assert caller.post("/workflows", {"name": "w"}, **KEY).status_code == 200
    CreationKey.objects.update(created_at=timezone.now() - timedelta(days=2))
    api.post("/workflows", {"name": "w"}, **KEY)
    assert Workflow.objects.count() == 3
    assert CreationKey.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_cannot_be_is_refused(api: Caller, key: str) -> None:
    assert api.post("/workflows", {"name": "w"}, **{"Idempotency-Key": key}).status_code == 422
