import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.job_tokens import mint
from accounts.models import ApiToken, User
from jobs.models import Job, Result
from tests.factories import (
    make_file,
    make_job,
    make_open_result,
    make_result,
    make_started_workflow,
    make_user_data,
    make_workflow,
)
from tests.integration.api.calling import BASE, Caller, caller_in, caller_of, problem_of
from workflows.models import Workflow

WRITES = [
    ("POST", "/workflows", {"name": "w"}),
    ("POST", "/workflow_specs", {"spec": "name: w\njobs: [{name: a, command: x}]"}),
    ("POST", "/workflows/{workflow}/run", {}),
    ("PUT", "/workflows/{workflow}/cancel", None),
    ("DELETE", "/workflows/{workflow}", None),
    ("PUT", "/jobs/{job}", {"priority": 1}),
    ("PUT", "/jobs/{job}/cancel", None),
    ("POST", "/events", {"workflow_id": "{workflow}", "data": {}}),
    ("POST", "/tokens", {"name": "t"}),
    ("POST", "/user_data", {"workflow_id": "{workflow}", "name": "x"}),
    ("DELETE", "/user_data/{data}", None),
    ("POST", "/files", {"workflow_id": "{workflow}", "name": "x", "path": "x"}),
]


@pytest.mark.parametrize(
    "header",
    [
        "Bearer nothing",
        "Bearer ",
        "Bearer torc_pat_00000000_x",
        "Basic YTpi",
        "Basic !",
        "Bearer \u00e9",
        "Bearer torc_job_1_" + "A" * 43,
        "Digest x",
        "",
    ],
)
def test_a_wrong_token_is_refused(db: None, client: Client, header: str) -> None:
    answer = client.get(f"{BASE}/workflows", headers={"Authorization": header})
    assert answer.status_code == 401
    assert problem_of(answer)["code"] == "invalid_token"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_is_no_token(api: Caller) -> None:
    answer = Client().get(f"{BASE}/workflows?token={api.token}")
    assert answer.status_code == 401


def test_a_wrong_token_is_not_saved_by_a_session(owner: User) -> None:
    client = Client()
    client.force_login(owner)
    answer = client.get(f"{BASE}/workflows", headers={"Authorization": "Bearer nothing"})
    assert answer.status_code == 401


def test_basic_with_the_token_as_password_works(api: Caller) -> None:
    pair = base64.b64encode(f"anybody:{api.token}".encode()).decode()
    answer = Client().get(f"{BASE}/workflows", headers={"Authorization": f"Basic {pair}"})
    assert answer.status_code == 200


def test_expired_and_revoked_tokens_stop_at_once(api: Caller) -> None:
    assert api.get("/workflows").status_code == 200
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert api.get("/workflows").status_code == 401
    ApiToken.objects.update(expires_at=None, revoked_at=timezone.now())
    assert api.get("/workflows").status_code == 401


def test_a_session_needs_a_csrf_token_to_change_anything(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.get(f"{BASE}/workflows").status_code == 200
    answer = client.post(f"{BASE}/workflows", '{"name": "w"}', "application/json")
    assert answer.status_code == 403
    assert problem_of(answer)["code"] == "csrf_failed"
    assert not Workflow.objects.exists()


def test_a_session_with_a_csrf_token_may_change(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    client.get("/tokens")
    token = next(cookie.value for name, cookie in client.cookies.items() if "csrf" in name)
    answer = client.post(
        f"{BASE}/workflows", '{"name": "w"}', "application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize(("method", "path", "body"), WRITES, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("who", ["reader", "job", "stranger"])
def test_only_those_who_may_change_do(
    owner: User, stranger: Caller, who: str, method: str, path: str, body: dict[str, Any] | None
) -> None:
    workflow = make_started_workflow(owner=owner)
    job = make_job(workflow)
    data = make_user_data(workflow, inputs_of=[job])
    callers = {
        "reader": caller_of(owner, "read"),
        "job": caller_in(make_open_result(job)),
        "stranger": stranger,
    }
    ids = {"{workflow}": workflow.pk, "{job}": job.pk, "{data}": data.pk}
    for name, pk in ids.items():
        path = path.replace(name, str(pk))
    text = json.dumps(body)
    for name, pk in ids.items():
        text = text.replace(f'"{name}"', str(pk))
    answer = callers[who].call(method, path, text)
    is_own_business = who == "stranger" and path in ("/workflows", "/workflow_specs", "/tokens")
    if is_own_business:
        assert answer.status_code < 300
    else:
        expected = (404, "not_found") if who == "stranger" else (403, "insufficient_scope")
        assert (answer.status_code, problem_of(answer)["code"]) == expected


def test_a_foreign_thing_does_not_exist(owner: User, stranger: Caller) -> None:
    workflow = make_workflow(owner=owner)
    job = make_job(workflow)
    result, file = make_result(job), make_file(workflow)
    value, requirements = make_user_data(workflow), job.requirements
    for path in (
        f"/workflows/{workflow.pk}",
        f"/workflows/{workflow.pk}/progress",
        f"/workflows/{workflow.pk}/job_ids",
        f"/workflows/{workflow.pk}/failure_handlers",
        f"/jobs?workflow_id={workflow.pk}",
        f"/jobs/{job.pk}",
        f"/results/{result.pk}",
        f"/results/{result.pk}/logs/stdout",
        f"/files/{file.pk}",
        f"/user_data/{value.pk}",
        f"/resource_requirements/{requirements.pk}",
        f"/events?workflow_id={workflow.pk}",
        f"/compute_nodes?workflow_id={workflow.pk}",
    ):
        assert stranger.refused(404, "GET", path)["code"] == "not_found"


def test_a_job_reads_its_workflow_and_no_other(owner: User) -> None:
    workflow, other = make_started_workflow(owner=owner), make_workflow(owner=owner)
    caller = caller_in(make_open_result(make_job(workflow)))
    foreign = make_user_data(other)
    assert [item["id"] for item in caller.ok("GET", "/workflows")["items"]] == [workflow.pk]
    assert caller.get(f"/user_data?workflow_id={workflow.pk}").status_code == 200
    assert caller.refused(404, "GET", f"/user_data/{foreign.pk}")["code"] == "not_found"
    assert caller.refused(403, "GET", "/tokens")["code"] == "insufficient_scope"


def test_a_job_of_staff_has_no_more_reach(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    workflow, other = make_started_workflow(owner=owner), make_workflow()
    caller = caller_in(make_open_result(make_job(workflow)))
    assert caller.get(f"/workflows/{other.pk}").status_code == 404


def test_a_job_writes_its_own_outputs_only(owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    job, other = make_job(workflow), make_job(workflow)
    caller = caller_in(make_open_result(job))
    own = make_user_data(workflow, "own", outputs_of=[job])
    assert caller.put(f"/user_data/{own.pk}", {"data": 1}).status_code == 200
    for row in (
        make_user_data(workflow, "input", inputs_of=[job]),
        make_user_data(workflow, "others", outputs_of=[other]),
        make_user_data(workflow, "nobodys"),
    ):
        problem = caller.refused(403, "PUT", f"/user_data/{row.pk}", {"data": 1})
        assert problem["code"] == "insufficient_scope"


def test_a_job_token_dies_with_its_attempt(owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    attempt = make_open_result(make_job(workflow))
    caller = caller_in(attempt)
    assert caller.get(f"/workflows/{workflow.pk}").status_code == 200
    Result.objects.filter(pk=attempt.pk).update(ended_at=timezone.now())
    assert caller.get(f"/workflows/{workflow.pk}").status_code == 401


def test_a_job_token_is_of_one_attempt_whole(owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    attempt = make_open_result(make_job(workflow))
    text = mint(attempt.pk)
    forged = text.replace(f"_job_{attempt.pk}_", f"_job_{attempt.pk}0_")
    assert Caller(forged).get("/workflows").status_code == 401
    assert Job.objects.count() == 1


def test_the_ping_needs_no_login_and_the_version_does(db: None) -> None:
    assert Caller().ok("GET", "/ping") == {"status": "ok"}
    assert Caller().get("/version").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/workflows/{}/run", {}),
        ("PUT", "/workflows/{}/cancel", None),
        ("POST", "/jobs", {"name": "a", "command": "true"}),
        ("POST", "/user_data", {"name": "a"}),
    ],
)
def test_the_person_is_read_once_in_a_request(
    api: Caller, workflow: Workflow, method: str, path: str, body: dict[str, object] | None
) -> None:
    sent = {**body, "workflow_id": workflow.pk} if body else body
    with CaptureQueriesContext(connection) as queries:
        api.ok(method, path.format(workflow.pk), sent)
    by_person = [query["sql"] for query in queries if 'FROM "accounts_user"' in query["sql"]]
    by_token = [query["sql"] for query in queries if 'JOIN "accounts_user"' in query["sql"]]
    assert by_person == []
    assert any("apitoken" in sql for sql in by_token)
