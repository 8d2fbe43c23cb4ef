"""Walks every route there is, so that a new one is guarded or fails here."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import make_user

OPEN_ROUTES = {
    "sign-in",
    "sign-in/<str:code>",
    "sign-out",
    "appearance",
    "torc-service/v1/ping",
    "torc-service/v1/",  # the API library's anchor for names: there is never anything
}
API = "torc-service/"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
METHODS = ("GET", "HEAD", "OPTIONS", *UNSAFE)
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x/y", "uuid": "0" * 32}

pytestmark = pytest.mark.django_db


def routes_below(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from routes_below(entry, route)


def path_of(route: str) -> str:
    def sample(placeholder: re.Match[str]) -> str:
        converter, _, name = placeholder[1].rpartition(":")
        return "stdout" if name == "stream" else SAMPLES.get(converter or "str", "x")

    return "/" + re.sub(r"<([^>]+)>", sample, route)


ROUTES = sorted(set(routes_below(get_resolver())))
GUARDED = [route for route in ROUTES if route not in OPEN_ROUTES]
API_ROUTES = [route for route in ROUTES if route.startswith(API)]
PAGES = [route for route in GUARDED if not route.startswith(API)]


def test_the_open_routes_exist_and_no_route_hides_behind_a_regular_expression() -> None:
    assert set(ROUTES) >= OPEN_ROUTES
    assert not [route for route in ROUTES if "^" in route or "(" in route]


@pytest.mark.parametrize("route", PAGES)
def test_a_page_asks_strangers_to_sign_in(route: str, client: Client) -> None:
    for method in ("GET", "POST"):
        answer = client.generic(method, path_of(route))
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("route", PAGES)
def test_a_fragment_tells_strangers_that_the_session_ended(route: str, client: Client) -> None:
    answer = client.get(path_of(route), headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "hx-trigger" not in answer.text


@pytest.mark.parametrize("route", [route for route in API_ROUTES if route in GUARDED])
def test_the_api_answers_strangers_with_401(route: str, client: Client) -> None:
    answers = [
        client.generic(method, path_of(route), "{}", content_type="application/json")
        for method in ("GET", *UNSAFE)
    ]
    assert {answer.status_code for answer in answers} - {405} == {401}
    kinds = {answer.headers["Content-Type"] for answer in answers}
    assert kinds == {"application/problem+json"}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8080", "0.0.0.0:8080"])
def test_no_route_answers_under_a_foreign_host(route: str, host: str, client: Client) -> None:
    client.force_login(make_user(is_staff=True))
    for method in METHODS:
        answer = client.generic(method, path_of(route), headers={"Host": host})
        assert answer.status_code == 400, method


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://testserver:9999", "Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_no_route_acts_for_another_site(route: str, sent: dict[str, str], client: Client) -> None:
    client.force_login(make_user(is_staff=True))
    for method in UNSAFE:
        answer = client.generic(
            method, path_of(route), "{}", content_type="application/json", headers=sent
        )
        assert answer.status_code == 403, method
        assert "cross_site" in answer.text or route[: len(API)] != API
    assert Session.objects.exists()  # nobody was signed out either


@pytest.mark.parametrize("route", ROUTES)
def test_no_route_can_be_read_by_another_site(route: str, client: Client) -> None:
    client.force_login(make_user(is_staff=True))
    sent = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    assert client.get(path_of(route), headers=sent).status_code == 403
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = client.options(path_of(route), headers=preflight)
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("route", API_ROUTES)
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_the_api_takes_json_bodies_only(route: str, content_type: str, client: Client) -> None:
    client.force_login(make_user(is_staff=True))
    for method in UNSAFE:
        answer = client.generic(method, path_of(route), "{}", content_type=content_type)
        assert answer.status_code == 415, method
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_carries_the_security_headers(route: str, client: Client) -> None:
    for headers in ({}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client.get(path_of(route), headers=headers)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_static_files_are_guarded_alike(client: Client) -> None:
    with closing(client.get("/static/torc.css")) as answer:
        assert answer.status_code == 200
        assert "no-store" not in answer.headers["Cache-Control"]
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert client.get("/static/torc.css", headers={"Host": "evil.example"}).status_code == 400
