"""Nothing changes an archived workflow: walks every route that changes one, so that a new route
is covered or fails here."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from api.app import api as torc_api
from jobs.models import ComputeNode, FailureHandler, Job
from jobs.statuses import JobStatus
from tests import factories
from tests.integration.api.calling import Caller, caller_of, problem_of
from tests.integration.fingerprint import fingerprint
from userdata.history import Author
from userdata.models import Source
from workflows.editing.user_data import revise
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

S = JobStatus
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


class Call(NamedTuple):
    """A call that changes a workflow: `{w}` and the like stand for ids."""

    body: Any = None
    query: str = ""


OF_WORKFLOW = Call(query="?workflow_id={w}")
NEW_FILE = {"workflow_id": "{w}", "name": "new", "path": "new"}
NEW_JOB = {"workflow_id": "{w}", "name": "new", "command": "true"}
NEW_VALUE = {"workflow_id": "{w}", "name": "new", "data": 1}
NEW_NODE = {
    "workflow_id": "{w}",
    "hostname": "h",
    "pid": 1,
    "start_time": "now",
    "num_cpus": 1,
    "memory_gb": 1.0,
    "num_gpus": 0,
    "compute_node_type": "local",
}

API_CALLS: dict[tuple[str, str], Call] = {
    ("PUT", "/workflows/{int:workflow_id}"): Call({"name": "other", "env": {"A": "b"}}),
    ("DELETE", "/workflows/{int:workflow_id}"): Call(),
    ("POST", "/workflows/{int:workflow_id}/initialize_jobs"): Call(query="?force=true"),
    ("POST", "/workflows/{int:workflow_id}/run"): Call({"force": True}),
    ("PUT", "/workflows/{int:workflow_id}/cancel"): Call(),
    ("POST", "/workflows/{int:workflow_id}/archive"): Call({"is_archived": True}),
    ("POST", "/workflows/{int:workflow_id}/reset_status"): Call(query="?force=true"),
    ("POST", "/workflows/{int:workflow_id}/reset_job_status"): Call(query="?force=true"),
    ("POST", "/workflows/{int:workflow_id}/process_changed_job_inputs"): Call(),
    ("POST", "/workflows/{int:workflow_id}/rerun"): Call({"force": True}),
    ("POST", "/jobs"): Call(NEW_JOB),
    ("DELETE", "/jobs"): OF_WORKFLOW,
    ("POST", "/bulk_jobs"): Call({"jobs": [NEW_JOB]}),
    ("PUT", "/jobs/{int:job_id}"): Call({"command": "false"}),
    ("DELETE", "/jobs/{int:job_id}"): Call(),
    ("PUT", "/jobs/{int:job_id}/cancel"): Call(),
    ("POST", "/resource_requirements"): Call({"workflow_id": "{w}", "name": "new"}),
    ("DELETE", "/resource_requirements"): OF_WORKFLOW,
    ("PUT", "/resource_requirements/{int:requirements_id}"): Call({"num_cpus": 3}),
    ("DELETE", "/resource_requirements/{int:requirements_id}"): Call(),
    ("POST", "/failure_handlers"): Call({"workflow_id": "{w}", "name": "new", "rules": "[]"}),
    ("DELETE", "/failure_handlers/{int:handler_id}"): Call(),
    ("DELETE", "/results"): OF_WORKFLOW,
    ("DELETE", "/results/{int:result_id}"): Call(),
    ("POST", "/compute_nodes"): Call(NEW_NODE),
    ("DELETE", "/compute_nodes"): OF_WORKFLOW,
    ("PUT", "/compute_nodes/{int:node_id}"): Call({"is_active": False}),
    ("DELETE", "/compute_nodes/{int:node_id}"): Call(),
    ("POST", "/events"): Call({"workflow_id": "{w}", "data": {"type": "x"}}),
    ("DELETE", "/events"): OF_WORKFLOW,
    ("PUT", "/events/{int:event_id}"): Call({"data": {"type": "y"}}),
    ("DELETE", "/events/{int:event_id}"): Call(),
    ("POST", "/files"): Call(NEW_FILE),
    ("DELETE", "/files"): OF_WORKFLOW,
    ("POST", "/bulk_files"): Call({"files": [NEW_FILE]}),
    ("PUT", "/files/{int:file_id}"): Call({"path": "other"}),
    ("DELETE", "/files/{int:file_id}"): Call(),
    ("POST", "/user_data"): Call(NEW_VALUE),
    ("DELETE", "/user_data"): OF_WORKFLOW,
    ("POST", "/bulk_user_data"): Call({"user_data": [NEW_VALUE]}),
    ("PUT", "/user_data/{int:user_data_id}"): Call({"data": 3}),
    ("DELETE", "/user_data/{int:user_data_id}"): Call(),
    ("POST", "/user_data/{int:user_data_id}/restore"): Call({"version": 1}),
}
OF_NO_WORKFLOW = {
    ("POST", "/workflows"),
    ("POST", "/workflow_specs"),
    ("POST", "/workflow_specs/check"),
    ("POST", "/tokens"),
    ("DELETE", "/tokens/{int:token_id}"),
}
ALLOWED = {("POST", "/workflows/{int:workflow_id}/archive")}
"""To archive it once more, or to unarchive it."""

PAGE_FORMS: dict[str, dict[str, str]] = {
    "start_workflow": {},
    "initialize_workflow": {},
    "cancel_workflow": {},
    "delete_workflow": {},
    "rerun": {"key": "k", "expected": "", "force": "on"},
    "rerun_everything": {"run_id": "1"},
    "reinitialize_workflow": {"expected": "{stale}"},
    "cancel_job": {},
    "edit_user_data": {"value": "3", "version": "2"},
    "restore_user_data": {"version": "1", "expected": "2"},
}
"""Name of a page that takes a form -> what is sent."""


@pytest.fixture
def owner() -> User:
    return factories.make_user("ann")


@pytest.fixture
def workflow(owner: User) -> Workflow:
    workflow = factories.make_workflow(owner=owner, run_id=1, is_archived=True)
    factories.make_requirement(workflow, "unused")
    factories.make_failure_handler(workflow)
    factories.make_file(workflow, "file")
    factories.make_event(workflow)
    factories.make_node(workflow=workflow, uid=None)
    factories.make_job(workflow, "waiting")
    for name, status in (("failed", S.FAILED), ("completed", S.COMPLETED)):
        job = factories.make_job(workflow, name, status=status, n_attempts=1)
        factories.make_result(job, return_code=int(status is S.FAILED))
    value = factories.make_user_data(workflow, data="1")
    Workflow.objects.update(is_archived=False)
    revise(value, {"data": "2"}, Author("ann", Source.API))
    Workflow.objects.update(is_archived=True)
    return workflow


def ids_of(workflow: Workflow) -> dict[str, int]:
    """Parameter of a route -> an id of something in the workflow."""
    return {
        "w": workflow.pk,
        "workflow_id": workflow.pk,
        "job_id": Job.objects.get(name="waiting").pk,
        "requirements_id": workflow.resource_requirements.get(name="unused").pk,
        "handler_id": FailureHandler.objects.get().pk,
        "result_id": workflow.results.order_by("pk")[0].pk,
        "node_id": ComputeNode.objects.get().pk,
        "event_id": workflow.events.order_by("pk")[0].pk,
        "file_id": workflow.files.get().pk,
        "user_data_id": workflow.user_data.get().pk,
    }


def filled(value: Any, ids: dict[str, int]) -> Any:
    """A body with ids instead of `{w}`."""
    if isinstance(value, dict):
        return {key: filled(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, ids) for item in value]
    return ids["w"] if value == "{w}" else value


def api_routes() -> set[tuple[str, str]]:
    """Every route of the API that may change something."""
    return {
        (method, f"{bound.prefix}{path}")
        for bound in torc_api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
        if method in CHANGING
    }


def send(api: Caller, route: tuple[str, str], workflow: Workflow) -> Any:
    method, path = route
    ids = ids_of(workflow)
    call = API_CALLS[route]
    path = f"{path.replace('{int:', '{')}{call.query}".format(**ids)
    return api.call(method, path, filled(call.body, ids))


def test_every_route_of_the_api_that_changes_something_is_known_here() -> None:
    assert api_routes() == {*API_CALLS, *OF_NO_WORKFLOW}


@pytest.mark.parametrize("route", sorted({*API_CALLS} - ALLOWED), ids=" ".join)
def test_the_api_does_not_change_an_archived_workflow(
    route: tuple[str, str], workflow: Workflow, owner: User
) -> None:
    api = caller_of(owner, "admin")
    before = fingerprint()
    problem = problem_of(send(api, route, workflow))
    assert (problem["status"], problem["code"]) == (409, "workflow_archived")
    assert "Unarchive it first" in problem["hint"]
    assert fingerprint() == before


@pytest.mark.parametrize("route", sorted(API_CALLS), ids=" ".join)
def test_the_same_call_changes_a_workflow_that_is_not_archived(
    route: tuple[str, str], workflow: Workflow, owner: User
) -> None:
    Workflow.objects.update(is_archived=False)
    answer = send(caller_of(owner, "admin"), route, workflow)
    assert answer.status_code < 300, answer.content


def test_an_archived_workflow_may_be_described_and_unarchived(
    workflow: Workflow, owner: User
) -> None:
    api = caller_of(owner, "admin")
    path = f"/workflows/{workflow.pk}"
    change = {"description": "the good one", "metadata": {"a": 1}, "project": "p"}
    assert api.ok("PUT", path, change)["description"] == "the good one"
    assert not api.ok("POST", f"{path}/archive", {"is_archived": False})["is_archived"]
    assert api.ok("PUT", path, {"name": "other"})["name"] == "other"


def page_routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Name and route of every page of a workflow."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from page_routes(entry, route)
        elif "<int:workflow_id>" in route and not route.startswith("torc-service/"):
            assert isinstance(entry, URLPattern)
            assert entry.name
            yield entry.name, route


PAGES = dict(page_routes(get_resolver()))


def page_path(name: str, workflow: Workflow) -> str:
    path = PAGES[name].replace("<str:stream>", "stdout")
    for parameter, value in ids_of(workflow).items():
        path = path.replace(f"<int:{parameter}>", str(value))
    return f"/{path}"


def test_every_page_that_takes_a_form_is_known_here(workflow: Workflow, owner: User) -> None:
    client = Client()
    client.force_login(owner)
    taking = {n for n in PAGES if client.post(page_path(n, workflow)).status_code != 405}
    assert taking == {*PAGE_FORMS}


@pytest.mark.parametrize("name", sorted(PAGE_FORMS))
def test_a_page_does_not_change_an_archived_workflow(
    name: str, workflow: Workflow, owner: User
) -> None:
    client = Client()
    client.force_login(owner)
    path = page_path(name, workflow)
    form = dict(PAGE_FORMS[name])
    if form.get("expected") == "{stale}":
        form["expected"] = client.get(path).context["expected"]
    before = fingerprint()
    answer = client.post(path, form)
    assert fingerprint() == before
    if answer.status_code == 302:
        answer = client.get(answer.headers["Location"])
    assert f"Workflow {workflow.pk} is archived" in answer.text


@pytest.mark.parametrize("name", ["workflow", "job", "user_data", "user_data_history"])
def test_the_pages_of_an_archived_workflow_offer_no_change(
    name: str, workflow: Workflow, owner: User
) -> None:
    client = Client()
    client.force_login(owner)
    text = client.get(page_path(name, workflow)).text
    offered = [form for form in PAGE_FORMS if page_path(form, workflow) in text]
    assert offered == []
