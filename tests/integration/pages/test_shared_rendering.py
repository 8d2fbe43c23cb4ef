"""Polls are content with what another viewer was sent a moment ago; opened pages are not."""

import re
from html import unescape

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from pages import shared_rendering
from tests.factories import make_job, make_started_workflow, make_user
from workflows.models import Workflow

HTMX = {"HX-Request": "true"}


@pytest.fixture
def workflow(ann: User) -> Workflow:
    workflow = make_started_workflow(owner=ann)
    make_job(workflow)
    return workflow


@pytest.fixture
def _fresh_for_long(still: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_rendering, "FRESH_SECONDS", 1_000.0)


def poll_of(page: Client, workflow: Workflow) -> str:
    found = re.search(r'hx-get="([^"]+rev=[^"]+)"', page.get(f"/w/{workflow.pk}").text)
    assert found
    return unescape(found[1])


def rename(workflow: Workflow, name: str) -> None:
    Workflow.objects.filter(pk=workflow.pk).update(name=name)
    Workflow.objects.filter(pk=workflow.pk).touch()


@pytest.mark.usefixtures("_fresh_for_long")
def test_a_poll_soon_after_another_costs_three_queries(page: Client, workflow: Workflow) -> None:
    poll = poll_of(page, workflow)
    rename(workflow, "renamed")
    other = poll.partition("rev=")[0] + "rev=0"
    with CaptureQueriesContext(connection) as queries:
        codes = [page.get(one, headers=HTMX).status_code for one in (poll, other)]
    assert codes == [204, 200]
    assert len(queries) == 2 * 3  # session, person, permission


@pytest.mark.usefixtures("_fresh_for_long")
def test_a_page_that_is_opened_shows_the_newest_all_the_same(
    page: Client, workflow: Workflow
) -> None:
    poll = poll_of(page, workflow)
    rename(workflow, "renamed")
    assert "renamed" in page.get(f"/w/{workflow.pk}").text
    assert "renamed" in page.get(poll, headers=HTMX).text


@pytest.mark.usefixtures("_fresh_for_long")
def test_what_is_fresh_is_only_for_those_who_may_see_it(page: Client, workflow: Workflow) -> None:
    poll = poll_of(page, workflow)
    stranger = Client()
    stranger.force_login(make_user("eve"))
    assert stranger.get(poll, headers=HTMX).status_code == 404


def test_while_one_poll_waits_for_what_is_new_others_are_sent_the_old(
    page: Client, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_rendering, "OLDEST_SECONDS", 1_000.0)
    poll = poll_of(page, workflow)
    rename(workflow, "renamed")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(LocMemCache, "add", lambda *_: False)  # somebody else has begun
        assert page.get(poll, headers=HTMX).status_code == 204
    assert "renamed" in page.get(poll, headers=HTMX).text


def test_nothing_too_old_is_sent_even_then(
    page: Client, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_rendering, "OLDEST_SECONDS", 0.0)
    monkeypatch.setattr(LocMemCache, "add", lambda *_: False)
    poll = poll_of(page, workflow)
    rename(workflow, "renamed")
    assert "renamed" in page.get(poll, headers=HTMX).text
