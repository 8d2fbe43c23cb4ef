"""Looking at everything there is, as the owner of it all: nothing is written by it."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from accounts import api_tokens, sign_in
from accounts.models import User
from jobs.models import Result
from tests.factories import make_event, make_failure_handler, make_node, make_user, make_workflow
from tests.integration.fingerprint import fingerprint
from tests.integration.test_every_route_is_guarded import API, routes_below
from tests.integration.workflows import runs
from workflows.editing.add_jobs import NewJob, add_jobs
from workflows.lifecycle import lifecycle
from workflows.models import Workflow

ROUTES = sorted(set(routes_below(get_resolver())))
LINKS = re.compile(r'\s(?:href|hx-get|action)="([^"#]+)')
NOTHING_THERE = {f"{API}v1/"}
QUERIES = {
    "w/<int:workflow_id>/jobs/by-position": "family={family_id}&index=0",
    f"{API}v1/user_data/<int:user_data_id>/history/diff": "from_version=1&to_version=1",
}
ENOUGH = 100


@pytest.fixture
def owner(db: None) -> User:
    return make_user("ann", is_staff=True)


@pytest.fixture
def looker(owner: User) -> Client:
    """Return a browser that the owner has signed in with."""
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def ids(owner: User, tmp_path: Path) -> dict[str, Any]:
    """Return what stands for each placeholder of a route, of a workflow that has run."""
    workflow = runs.pipeline(tmp_path)
    Workflow.objects.filter(pk=workflow.pk).update(owner=owner)
    runs.run_all(workflow, fails=["train_2"])
    result = Result.objects.filter(workflow=workflow).earliest("pk")
    now = timezone.now()
    token, _ = api_tokens.new_token(owner, name="x", scope="run", now=now, lifetime=None)
    return {
        "workflow_id": workflow.pk,
        "job_id": result.job_id,
        "family_id": result.job.family_id,
        "result_id": result.pk,
        "stream": "stdout",
        "user_data_id": workflow.user_data.earliest("pk").pk,
        "file_id": workflow.files.earliest("pk").pk,
        "event_id": make_event(workflow).pk,
        "node_id": make_node().pk,
        "handler_id": make_failure_handler(workflow).pk,
        "requirements_id": workflow.resource_requirements.earliest("pk").pk,
        "token_id": token.pk,
        "version": 1,
        "code": sign_in.new_link_code(owner, now),
    }


def address(route: str, ids: dict[str, Any]) -> str:
    """Return a route with its placeholders filled in."""
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(ids[found[1]]), route)
    return f"{path}?{QUERIES[route].format_map(ids)}" if route in QUERIES else path


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"], ids="WEB-007-{}".format)
def test_no_look_at_any_route_changes_anything(
    looker: Client, ids: dict[str, Any], method: str
) -> None:
    before = fingerprint()
    for route in ROUTES:
        path = address(route, ids)
        answer = looker.generic(method, path)
        if answer.status_code == 422:  # a list that asks of which workflow
            answer = looker.generic(method, f"{path}?workflow_id={ids['workflow_id']}")
        assert answer.status_code in (200, 302, 405) or route in NOTHING_THERE, route
    assert fingerprint() == before


def linked(page: str, path: str) -> Iterator[str]:
    """Return the addresses of ours that a page leads to."""
    for link in LINKS.findall(page):
        target = urlsplit(urljoin(path, unescape(link)))
        if not target.netloc and not target.path.startswith("/static/"):
            yield f"{target.path}?{target.query}" if target.query else target.path


def kind_of(address: str) -> str:
    """Return what pages of one kind have in common: no numbers, and only the names of a query."""
    parts = urlsplit(address)
    names = sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    return re.sub(r"\d+", "N", parts.path) + "?" + "&".join(names)


@pytest.mark.usefixtures("ids")
def test_following_every_link_changes_nothing(looker: Client, owner: User) -> None:
    pieces = make_workflow("pieces", owner=owner)
    add_jobs(pieces.pk, [NewJob(f"piece_{n}", "true") for n in range(50)])
    lifecycle.initialize(pieces.pk)
    before = fingerprint()
    kinds, waiting = set[str](), ["/"]
    while waiting:
        path = waiting.pop()
        if kind_of(path) in kinds:
            continue
        kinds.add(kind_of(path))
        answer = looker.get(path)
        assert answer.status_code in (200, 204, 302, 405), path
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            waiting += linked(answer.text, path)
    assert len(kinds) > ENOUGH
    assert fingerprint() == before
