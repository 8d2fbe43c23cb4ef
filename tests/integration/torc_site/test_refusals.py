import json
import logging
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django.fixtures import Settings

from pages.urls import of_accounts
from torc_site import errors, middleware

API = "/torc-service/v1/"


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("SECRET_KEY of /site-packages/ is in here")


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404("There is no workflow 12 that you may see.")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


for _view in (broken, missing, forbidden):
    _view.login_required = False  # type: ignore[attr-defined]

urlpatterns = [
    path("broken", broken),
    path("missing", missing),
    path("forbidden", forbidden),
    *of_accounts,
]
handler400, handler403 = errors.bad_request, errors.permission_denied
handler404, handler500 = errors.not_found, errors.server_error


@pytest.fixture
def visitor(settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("is_fragment", [False, True], ids=["WEB-025", "WEB-025-fragment"])
def test_a_fault_shows_a_request_id_that_the_log_has_and_no_inside(
    visitor: Client, caplog: pytest.LogCaptureFixture, is_fragment: bool
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = visitor.get("/broken", headers={"HX-Request": str(is_fragment).lower()})
    assert answer.status_code == 500
    for inside in ("Traceback", "SECRET_KEY", "/site-packages/", "ValueError"):
        assert inside not in answer.text
    assert "request_id" in answer.text
    request_id = answer.headers["X-Request-ID"]
    assert request_id in answer.text
    assert request_id in caplog.text


def test_a_missing_thing_is_named(visitor: Client) -> None:
    answer = visitor.get("/missing")
    assert answer.status_code == 404
    assert "There is no workflow 12 that you may see." in answer.text


def test_an_unknown_address_does_not_list_the_others(visitor: Client) -> None:
    answer = visitor.get("/nowhere/<script>")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text
    assert "revoke" not in answer.text
    assert "<script>" not in answer.text


def test_errors_reach_htmx_as_a_bar_beside_what_is_shown(visitor: Client) -> None:
    answer = visitor.get("/forbidden", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer.headers["HX-Retarget"] == "#notice"
    assert "<html" not in answer.text


def test_unknown_api_routes_are_problems(visitor: Client) -> None:
    answer = visitor.get(f"{API}nowhere")
    assert answer.status_code == 404
    problem = json.loads(answer.text)
    assert problem["code"] == "not_found"
    assert problem["error"]["message"] == problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-ID"]


def refused(path: str, **meta: Any) -> HttpResponse | None:
    return middleware.refuse_body(RequestFactory().generic("POST", path, **meta))


@pytest.mark.parametrize(
    ("meta", "status", "code"),
    [
        ({"CONTENT_LENGTH": str(2**21 + 1)}, 413, "payload_too_large"),
        ({"CONTENT_LENGTH": "9" * 5000}, 413, "payload_too_large"),
        (
            {"CONTENT_LENGTH": "1", "HTTP_CONTENT_ENCODING": "gzip"},
            415,
            "unsupported_content_encoding",
        ),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 413, "payload_too_large"),
        ({"CONTENT_LENGTH": "1", "CONTENT_TYPE": "text/plain"}, 415, "unsupported_media_type"),
    ],
)
def test_a_body_is_refused_before_it_is_read(meta: dict[str, str], status: int, code: str) -> None:
    answer = refused(f"{API}jobs", **({"CONTENT_TYPE": "application/json"} | meta))
    assert answer is not None
    assert answer.status_code == status
    problem = json.loads(answer.content)
    assert problem["code"] == code
    assert problem["hint"]


def test_a_body_that_is_too_large_is_told_the_limit() -> None:
    answer = refused(f"{API}jobs", CONTENT_LENGTH="3000000", CONTENT_TYPE="application/json")
    assert answer is not None
    problem = json.loads(answer.content)
    assert (problem["limit"], problem["actual"]) == (2097152, 3000000)


@pytest.mark.parametrize(
    ("path", "meta"),
    [
        (f"{API}jobs", {"CONTENT_LENGTH": "2", "CONTENT_TYPE": "application/json; charset=utf-8"}),
        (f"{API}workflows/1/cancel", {"CONTENT_LENGTH": "0", "CONTENT_TYPE": ""}),
        (f"{API}workflows/1/cancel", {"CONTENT_LENGTH": "", "CONTENT_TYPE": ""}),
        (
            f"{API}workflow_specs",
            {"CONTENT_LENGTH": str(6 * 2**20), "CONTENT_TYPE": "application/json"},
        ),
        ("/workflows/new", {"CONTENT_LENGTH": "9", "CONTENT_TYPE": "multipart/form-data"}),
    ],
)
def test_ordinary_bodies_pass(path: str, meta: dict[str, str]) -> None:
    assert refused(path, **meta) is None
