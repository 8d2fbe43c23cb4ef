"""Who did what is written down with the deed, once, and stays."""

import json
from inspect import getsource, unwrap
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from api.app import api as torc_api
from api.audit import NOT_AUDITED, OWN_TRANSACTIONS
from jobs.models import Job
from jobs.statuses import JobStatus
from tests.factories import (
    make_file,
    make_job,
    make_open_result,
    make_started_workflow,
    make_user,
    make_user_data,
)
from tests.integration.api.calling import Caller, caller_in, caller_of
from userdata.models import UserData
from workflows.models import Workflow

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return make_user("ann", password="correct horse")


@pytest.fixture
def api(owner: User) -> Caller:
    return caller_of(owner, "admin")


@pytest.fixture
def workflow(owner: User) -> Workflow:
    return make_started_workflow("sweep", owner=owner)


def test_an_entry_says_who_what_when_on_which_and_from_where(
    api: Caller, owner: User, workflow: Workflow
) -> None:
    job = make_job(workflow, status=JobStatus.READY)
    answer = api.put(f"/jobs/{job.pk}/cancel")
    entry = AuditEntry.objects.get()
    assert (entry.user_id, entry.username, entry.verb) == (owner.pk, "ann", "cancel_job")
    assert (entry.workflow_id, entry.kind, entry.object_id) == (workflow.pk, "job", job.pk)
    assert (entry.surface, entry.address) == ("api", "127.0.0.1")
    assert entry.token_id == owner.api_tokens.get().pk
    assert entry.request_id == answer.headers["X-Request-ID"]
    assert entry.before_hash != entry.after_hash


def test_the_command_line_is_told_apart_by_its_name(api: Caller, workflow: Workflow) -> None:
    api.call("PUT", f"/workflows/{workflow.pk}/cancel", **{"User-Agent": "torc"})
    entry = AuditEntry.objects.get()
    assert (entry.surface, entry.verb, entry.summary["n_canceled"]) == ("cli", "cancel_workflow", 0)


CALLS: list[tuple[str, str, Any, str]] = [
    ("POST", "/workflows/{w}/run", {}, "start_workflow"),
    ("POST", "/workflows/{w}/initialize_jobs", None, "initialize_workflow"),
    ("POST", "/workflows/{w}/reset_status", None, "reset_workflow_status"),
    ("POST", "/workflows/{w}/reset_job_status", None, "reset_job_status"),
    ("POST", "/workflows/{w}/archive", {"is_archived": True}, "archive_workflow"),
    ("PUT", "/workflows/{w}", {"description": "x"}, "update_workflow"),
    ("DELETE", "/workflows/{w}", None, "delete_workflow"),
    ("POST", "/jobs", {"workflow_id": 0, "name": "n", "command": "true"}, "create_job"),
    ("PUT", "/jobs/{j}", {"command": "false"}, "update_job"),
    ("DELETE", "/jobs/{j}", None, "delete_job"),
    ("PUT", "/files/{f}", {"path": "b"}, "update_file"),
    ("PUT", "/user_data/{u}", {"data": [1]}, "update_user_data"),
    ("DELETE", "/user_data?workflow_id={w}", None, "delete_all_user_data"),
    ("DELETE", "/results?workflow_id={w}", None, "delete_results"),
]


@pytest.mark.parametrize(("method", "path", "body", "verb"), CALLS)
def test_each_change_leaves_one_entry_on_its_workflow(
    api: Caller, workflow: Workflow, method: str, path: str, body: Any, verb: str
) -> None:
    Workflow.objects.update(is_started=False)
    ids = {
        "w": workflow.pk,
        "j": make_job(workflow).pk,
        "f": make_file(workflow).pk,
        "u": make_user_data(workflow).pk,
    }
    if body and "workflow_id" in body:
        body = body | {"workflow_id": workflow.pk}
    api.ok(method, path.format(**ids), body)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.workflow_id) == (verb, workflow.pk)


def test_a_created_thing_is_named_and_many_are_counted(api: Caller, workflow: Workflow) -> None:
    made = api.ok("POST", "/workflow_specs", {"spec": "name: s\njobs:\n- name: a\n  command: b\n"})
    entry = AuditEntry.objects.get(verb="create_workflow")
    assert (entry.workflow_id, entry.summary["fields"]) == (made["id"], ["spec"])
    rows = [{"workflow_id": workflow.pk, "name": f"j{n}", "command": "true"} for n in range(3)]
    api.ok("POST", "/bulk_jobs", {"jobs": rows})
    entry = AuditEntry.objects.get(verb="create_jobs")
    assert (entry.workflow_id, entry.summary["n_jobs"]) == (workflow.pk, 3)


def test_values_and_secrets_are_not_in_entries(api: Caller, workflow: Workflow) -> None:
    value = make_user_data(workflow)
    api.ok("PUT", f"/user_data/{value.pk}", {"data": "a secret"})
    made = api.ok("POST", "/tokens", {"name": "a secret"})
    texts = json.dumps([entry.summary for entry in AuditEntry.objects.all()])
    assert "a secret" not in texts
    assert made["token"] not in texts
    assert AuditEntry.objects.get(verb="create_token").object_id == made["id"]


def test_what_is_refused_read_or_done_by_a_job_leaves_none(api: Caller, workflow: Workflow) -> None:
    job = make_job(workflow)
    value = make_user_data(workflow, outputs_of=[job])
    inside = caller_in(make_open_result(job))
    inside.ok("PUT", f"/user_data/{value.pk}", {"data": 1})
    api.ok("GET", f"/workflows/{workflow.pk}")
    api.refused(404, "DELETE", "/jobs/999999")
    api.refused(422, "PUT", f"/jobs/{job.pk}", {"comand": "x"})
    api.ok("POST", "/workflow_specs/check", {"spec": "name: s\njobs: []\n"})
    assert UserData.objects.get().data == "1"
    assert not AuditEntry.objects.exists()


def test_an_entry_that_cannot_be_written_undoes_the_deed(
    api: Caller, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(workflow)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(AuditEntry.objects, "create", fail)
    api.client.raise_request_exception = False
    assert api.delete(f"/jobs/{job.pk}").status_code == 500
    assert Job.objects.filter(pk=job.pk).exists()


def test_signing_in_and_out_is_audited_and_so_is_failing_to(owner: User) -> None:
    client = Client()
    client.post("/sign-in", {"username": "ann", "password": "wrong"})
    client.post("/sign-in", {"username": "ann", "password": "correct horse"})
    client.post("/sign-out")
    client.post("/sign-out")
    entries = list(AuditEntry.objects.order_by("id").values_list("verb", "username", "user_id"))
    assert entries == [
        ("fail_to_sign_in", "ann", None),
        ("sign_in", "ann", owner.pk),
        ("sign_out", "ann", owner.pk),
    ]


def test_tokens_made_and_revoked_on_the_page_are_audited(owner: User) -> None:
    client = Client()
    client.force_login(owner)
    client.post("/tokens/create", {"name": "t", "scope": "run", "days": "90"})
    token = owner.api_tokens.get()
    client.post(f"/tokens/{token.pk}/revoke")
    entries = list(AuditEntry.objects.order_by("id"))
    assert [entry.verb for entry in entries] == ["create_token", "revoke_token"]
    assert {(entry.surface, entry.kind, entry.object_id) for entry in entries} == {
        ("web", "token", token.pk)
    }


def test_entries_cannot_be_changed_or_taken_back(api: Caller, workflow: Workflow) -> None:
    api.ok("PUT", f"/workflows/{workflow.pk}/cancel")
    entry = AuditEntry.objects.get()
    for change in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(verb="x"),
    ):
        with pytest.raises(TypeError):
            change()


def test_entries_outlive_what_they_are_about(api: Caller, workflow: Workflow) -> None:
    api.ok("DELETE", f"/workflows/{workflow.pk}")
    assert [entry.verb for entry in AuditEntry.objects.on_workflow(workflow.pk)] == [
        "delete_workflow"
    ]


def test_nothing_is_published_before_its_transaction_is_over() -> None:
    publishing = {
        view.__name__
        for bound in torc_api._get_bound_routers()
        for path_view in bound.path_operations.values()
        for operation in path_view.operations
        if "publish(" in getsource(view := unwrap(operation.view_func))
    }
    assert publishing
    assert publishing <= OWN_TRANSACTIONS | NOT_AUDITED
