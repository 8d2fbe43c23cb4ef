"""Requests that a hostile site could make: what they are answered, and that nothing changes."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import get_resolver

from tests.factories import make_user, make_workflow
from tests.integration.fingerprint import fingerprint
from tests.integration.test_every_route_is_guarded import API, path_of, routes_below

SPECS = "/torc-service/v1/workflow_specs"
SPEC = '{"name": "w", "jobs": [{"name": "a", "command": "true"}]}'
ALL = [path_of(route) for route in sorted(set(routes_below(get_resolver())))]
HTML = [path for path in ALL if not path.startswith(f"/{API}")]
STATIC = "/static/torc.css"
MAY_CHANGE = frozenset({"Session", "AuditEntry"})


@dataclass(frozen=True)
class Hostile:
    """What a hostile site sends, and which answers will do."""

    headers: dict[str, str]
    statuses: set[int]
    methods: tuple[str, ...] = ("POST",)
    paths: list[str] = field(default_factory=lambda: [SPECS])
    content_type: str = "application/json"
    has_session: bool = True


UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
CASES = {
    "WEB-001": Hostile({"Host": "evil.example"}, {400}, ("GET",), [*ALL, STATIC]),
    "WEB-002": Hostile(
        {"Host": "rebind.evil.example:8090", "Origin": "http://rebind.evil.example:8090"}, {400}
    ),
    "WEB-003": Hostile(
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {403},
        content_type="text/plain",
        has_session=False,
    ),
    "WEB-004": Hostile(
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, {403}, UNSAFE, ALL
    ),
    "WEB-005": Hostile(
        {"Origin": "http://127.0.0.1:9999", "Sec-Fetch-Site": "same-site"}, {403}, UNSAFE, ALL
    ),
    "WEB-008": Hostile({"Host": "0.0.0.0:8090"}, {400}, ("GET",), ["/"]),
    "WEB-008-v6": Hostile({"Host": "[::]:8090"}, {400}, ("GET",), ["/"]),
}


def visitor(*, has_session: bool = True) -> Client:
    """Return a client that has not asked for faults to be raised."""
    client = Client(raise_request_exception=False)
    if has_session:
        client.force_login(make_user("ann", is_staff=True))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("sent", CASES.values(), ids=CASES)
def test_a_hostile_request_is_refused_and_changes_nothing(sent: Hostile) -> None:
    client = visitor(has_session=sent.has_session)
    make_workflow(owner=make_user("ann"))
    before = fingerprint(without=MAY_CHANGE)
    for path in sent.paths:
        for method in sent.methods:
            answer = client.generic(
                method, path, SPEC, content_type=sent.content_type, headers=sent.headers
            )
            assert answer.status_code in sent.statuses, (method, path)
            assert_framed(answer)
    assert fingerprint(without=MAY_CHANGE) == before


@pytest.mark.django_db
@pytest.mark.parametrize("has_session", [True, False], ids=["WEB-006", "WEB-006-stranger"])
def test_a_preflight_of_another_site_allows_nothing(has_session: bool) -> None:
    client = visitor(has_session=has_session)
    sent = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,authorization",
        "Access-Control-Request-Private-Network": "true",
    }
    for path in [*ALL, STATIC]:
        answer = client.options(path, headers=sent)
        assert not [name for name in answer.headers if name.startswith("Access-Control-")], path


@pytest.mark.django_db
@pytest.mark.parametrize("has_session", [True, False], ids=["WEB-010", "WEB-010-stranger"])
def test_no_page_can_be_framed(has_session: bool) -> None:
    client = visitor(has_session=has_session)
    for path in HTML:
        assert_framed(client.get(path))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/", {"Host": "evil.example"}, 400),
        ("POST", "/tokens/create", {"Origin": "https://evil.example"}, 403),
        ("GET", "/nowhere", {}, 404),
        ("GET", "/w/77", {}, 404),
        ("POST", "/w/1/start?no-token", {}, 403),
        ("POST", "/workflows/new", {"Content-Length": str(17 * 2**20)}, 413),
        ("GET", "/account", {}, 500),
        ("GET", "/sign-in", {}, 200),
    ],
    ids=lambda one: f"WEB-011-{one}" if isinstance(one, int) else "",
)
def test_the_policy_stands_on_errors_and_on_the_way_in_too(
    method: str, path: str, sent: dict[str, str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    if path != "/sign-in":
        client.force_login(make_user("ann", is_staff=True))
    if status == 500:
        monkeypatch.setattr("pages.accounts.account.password_form", None)
    headers = dict(sent)
    length: dict[str, Any] = {"CONTENT_LENGTH": headers.pop("Content-Length", "3")}
    answer = client.generic(method, path, b"x=1", headers=headers, **length)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert_framed(answer)


def assert_framed(answer: HttpResponseBase) -> None:
    """Check the headers that keep a page to itself."""
    assert answer.headers["X-Frame-Options"] == "DENY"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
