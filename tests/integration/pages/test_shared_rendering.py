"""Polls may be sent what another viewer was sent shortly before; opened pages may not."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from pages.shared_rendering import RENDERINGS
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
    monkeypatch.setattr(RENDERINGS, "max_rest", 1_000.0)
    monkeypatch.setattr(RENDERINGS, "min_rest", 1_000.0)


def poll_of(page: Client, workflow: Workflow) -> str:
    match = re.search(r'hx-get="([^"]+rev=[^"]+)"', page.get(f"/w/{workflow.pk}").text)
    assert match
    return unescape(match[1])


def rename(workflow: Workflow, name: str) -> None:
    Workflow.objects.filter(pk=workflow.pk).update(name=name)
    Workflow.objects.filter(pk=workflow.pk).touch()


@pytest.mark.usefixtures("_fresh_for_long")
def test_a_poll_soon_after_another_costs_three_queries(page: Client, workflow: Workflow) -> None:
    poll = poll_of(page, workflow)
    rename(workflow, "renamed")
    other = poll.partition("rev=")[0] + "rev=0"
    with CaptureQueriesContext(connection) as queries:
        codes = [page.get(path, headers=HTMX).status_code for path in (poll, other)]
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


def test_a_poll_after_that_shows_the_newest(
    page: Client, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RENDERINGS, "min_rest", 1_000.0)
    poll = poll_of(page, workflow)
    rename(workflow, "renamed")
    assert RENDERINGS.max_rest == 0.0  # no fragment serves longer than this
    assert "renamed" in page.get(poll, headers=HTMX).text


def test_a_poll_that_knows_the_newest_costs_no_rendering(page: Client, workflow: Workflow) -> None:
    poll = poll_of(page, workflow)
    RENDERINGS.clear()
    assert page.get(poll, headers=HTMX).status_code == 204
    assert RENDERINGS.is_empty


def test_a_fragment_that_has_become_old_is_rendered_again_even_if_nothing_changed(
    page: Client, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.get(f"/w/{workflow.pk}")
    Workflow.objects.filter(pk=workflow.pk).update(name="renamed")  # of the same revision
    assert "renamed" not in page.get(f"/w/{workflow.pk}").text
    monkeypatch.setattr(RENDERINGS, "max_age", -1.0)
    assert "renamed" in page.get(f"/w/{workflow.pk}").text
