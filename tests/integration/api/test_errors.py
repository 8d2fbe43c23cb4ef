import json
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest

from api.app import api as torc_api
from tests.factories import make_job
from tests.integration.api.calling import Caller
from workflows.models import Workflow


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/workflows/x", 404, "not_found"),
        ("GET", "/workflows/99999999999999999999999", 404, "not_found"),
        ("GET", "/jobs/1", 404, "not_found"),
        ("PATCH", "/workflows", 405, "method_not_allowed"),
        ("POST", "/results", 405, "method_not_allowed"),
        ("GET", "/results/1/logs/secrets", 422, "validation_error"),
        ("GET", "/jobs", 422, "validation_error"),
        ("GET", "/jobs?workflow_id=x", 422, "validation_error"),
        ("GET", "/jobs?workflow_id=9223372036854775808", 422, "out_of_range"),
        ("GET", "/workflows?limit=0", 422, "out_of_range"),
        ("GET", "/workflows?limit=10001", 422, "out_of_range"),
        ("GET", "/workflows?offset=-1", 422, "out_of_range"),
        ("GET", "/workflows?sort_by=password", 422, "unknown_parameter"),
        ("GET", "/workflows?nme=x", 422, "unknown_parameter"),
        ("GET", "/version?verbose=1", 422, "unknown_parameter"),
        ("GET", "/workflows?is_archived=perhaps", 422, "validation_error"),
    ],
)
def test_every_error_is_a_problem_document(
    api: Caller, method: str, path: str, status: int, code: str
) -> None:
    assert api.refused(status, method, path)["code"] == code


def test_a_misspelt_parameter_is_refused_with_the_nearest_name(
    api: Caller, workflow: Workflow
) -> None:
    problem = api.refused(422, "GET", f"/jobs?workflow_id={workflow.pk}&ofset=1")
    assert problem["hint"] == "Did you mean 'offset'?"
    assert problem["pointer"] == "/ofset"


def test_a_wrong_method_says_which_there_are(api: Caller, workflow: Workflow) -> None:
    answer = api.post(f"/workflows/{workflow.pk}")
    assert answer.status_code == 405
    allowed = {name.strip() for name in answer.headers["Allow"].split(",")}
    assert allowed == {"GET", "PUT", "DELETE"}


def test_a_body_that_is_no_json_says_where(api: Caller) -> None:
    problem = api.refused(400, "POST", "/workflows", '{"name": "w",}')
    assert problem["code"] == "malformed_json"
    assert "line 1" in problem["detail"]


def test_a_missing_body_is_a_validation_error(api: Caller) -> None:
    assert api.refused(422, "POST", "/workflows")["code"] == "validation_error"


def test_several_findings_are_counted_and_the_misspelling_comes_first(api: Caller) -> None:
    problem = api.refused(422, "POST", "/files", {"workflow_idd": 1, "name": "x"})
    assert problem["code"] == "unknown_field"
    assert "2 more" in problem["detail"]


def test_other_content_types_are_refused(api: Caller) -> None:
    headers = {"Authorization": f"Bearer {api.token}"}
    answer = api.client.post(
        "/torc-service/v1/workflows", b"{}", content_type="text/plain", headers=headers
    )
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OperationalError("database is locked"), 503, "database_busy"),
        (OperationalError("database or disk is full"), 507, "disk_full"),
        (RequestDataTooBig("too big"), 413, "payload_too_large"),
    ],
)
def test_trouble_below_is_mapped(error: Exception, status: int, code: str) -> None:
    answer = torc_api.on_exception(HttpRequest(), error)
    assert answer.status_code == status
    assert json.loads(answer.content)["code"] == code
    assert ("Retry-After" in answer.headers) == (status >= 500)


class _FromPostgreSQL(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize("sqlstate", [None, "08006", "40P01", "53300", "55P03", "57P01"])
def test_a_postgresql_that_is_busy_or_away_is_worth_another_try(sqlstate: str | None) -> None:
    error = OperationalError("…")
    error.__cause__ = _FromPostgreSQL(sqlstate)
    assert torc_api.on_exception(HttpRequest(), error).status_code == 503


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("no such column: jobs_job.color"),
        OperationalError("the full text of a statement is wrong"),
    ],
)
def test_what_coming_again_does_not_help_is_a_fault_of_ours(
    api: Caller, workflow: Workflow, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("api.workflows.workflows.workflow_fields", broken)
    api.client.raise_request_exception = False
    problem = api.refused(500, "GET", f"/workflows/{workflow.pk}")
    assert problem["code"] == "internal_error"
    assert problem["request_id"]


def test_a_fault_of_ours_shows_nothing_of_its_inside(
    api: Caller, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("SECRET_KEY of /site-packages/")

    monkeypatch.setattr("api.workflows.workflows.workflow_fields", broken)
    api.client.raise_request_exception = False
    problem = api.refused(500, "GET", f"/workflows/{workflow.pk}")
    assert problem["code"] == "internal_error"
    for inside in ("Traceback", "SECRET_KEY", "/site-packages/", "RuntimeError"):
        assert inside not in json.dumps(problem)
    assert problem["request_id"]


def test_html_in_a_name_stays_text_in_json(api: Caller, workflow: Workflow) -> None:
    make_job(workflow, "<img src=x onerror=alert(1)>")
    answer = api.get(f"/jobs?workflow_id={workflow.pk}")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
