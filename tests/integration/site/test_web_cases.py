"""Requests that a hostile site could make, from a shared table where there is one."""

import json
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver

from accounts.models import User
from tests.factories import make_user
from tests.integration.pages.sweeps import make_sweep
from tests.integration.test_every_route_is_guarded import path_of, routes_below
from torc_site.environment import PROJECT_DIR

TABLE = PROJECT_DIR.parent / "shared/cases.json"
SPECS = "/torc-service/v1/workflow_specs"
OWN: list[dict[str, Any]] = [
    {
        "id": "own-rebinding",
        "input": {
            "method": "POST",
            "headers": {"Host": "rebind.example:8080", "Cookie": "$SESSION"},
            "json_text": '{"name": "w", "jobs": []}',
        },
        "expect": {"http": [400]},
    },
    {
        "id": "own-other-port",
        "input": {
            "methods": ["POST", "PUT", "PATCH", "DELETE"],
            "all_routes": True,
            "headers": {"Origin": "http://127.0.0.1:9", "Cookie": "$SESSION"},
        },
        "expect": {"http": [403]},
    },
    {
        "id": "own-frames",
        "input": {"method": "GET", "all_routes": True, "headers": {}},
        "expect": {"headers": {"X-Frame-Options": "DENY"}},
    },
]
UNCOUNTED = {"Session", "SignInLink", "AuditEntry"}


def table() -> list[dict[str, Any]]:
    if not TABLE.exists():
        return OWN
    cases = json.loads(TABLE.read_text())["cases"]
    web = [one for one in cases if one["group"] == "web" and one["input"]["kind"] == "http"]
    return OWN + [one for one in web if one["input"].get("path") != "/login"]


def paths(given: dict[str, Any]) -> list[str]:
    if given.get("all_routes") or given.get("all_html_routes"):
        routes = sorted(set(routes_below(get_resolver())))
        is_html = given.get("all_html_routes", False)
        return [path_of(one) for one in routes if not (is_html and one.startswith("torc-"))]
    return [given.get("path", SPECS)]


def n_rows() -> dict[str, int]:
    models = [one for one in apps.get_models() if one.__name__ not in UNCOUNTED]
    return {one.__name__: one._default_manager.count() for one in models}


@pytest.mark.django_db
@pytest.mark.parametrize("case", table(), ids=lambda one: str(one["id"]))
def test_a_hostile_request_gets_nothing(case: dict[str, Any], client: Client) -> None:
    given, wanted = case["input"], case["expect"]
    for sent in given.get("sequence_headers") or [given.get("headers", {})]:
        headers = dict(sent)
        if headers.pop("Cookie", ""):
            client.force_login(make_user("ann", is_staff=True))
        before = n_rows()
        kind = headers.pop("Content-Type", "application/json")
        body = given.get("json_text", "{}")
        for method in given.get("methods") or [given["method"]]:
            for path in paths(given):
                answer = client.generic(method, path, body, content_type=kind, headers=headers)
                if "http" in wanted:
                    assert answer.status_code in wanted["http"], (method, path)
                check_headers(answer.headers, wanted)
        assert n_rows() == before


def check_headers(headers: Any, wanted: dict[str, Any]) -> None:
    assert not [name for name in wanted.get("headers_absent", []) if name in headers]
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    if "X-Frame-Options" in wanted.get("headers", {}):
        assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_looking_changes_nothing(client: Client) -> None:
    owner: User = make_user("ann", is_staff=True)
    client.force_login(owner)
    workflow = make_sweep(owner, 20)
    seen = {1: workflow.pk}
    routes = sorted(set(routes_below(get_resolver())))
    for once in range(2):  # the first look keeps where the nodes of the graph stand
        before = n_rows(), workflow.jobs.values_list("status", "n_attempts")[::1]
        for route in routes:
            path = path_of(route).replace("/w/1", f"/w/{seen[1]}")
            for method in ("GET", "HEAD", "OPTIONS"):
                assert client.generic(method, path).status_code < 500, path
        client.force_login(owner)
        workflow.refresh_from_db()
        after = n_rows(), workflow.jobs.values_list("status", "n_attempts")[::1]
        assert once == 0 or after == before
