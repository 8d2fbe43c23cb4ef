"""The graph on a workflow's page: small, quick, shared, and a way to the jobs."""

import gzip
import re
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from jobs.models import Family, FamilyEdge, Job
from jobs.statuses import JobStatus
from pages.shared_rendering import RENDERINGS
from specification.compile import plan_workflow
from tests import factories
from workflows.creation.create import create_workflow
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
MAX_QUERIES = 12
MAX_COMPRESSED = 60_000


@pytest.fixture
def person() -> User:
    return factories.make_user("ann")


@pytest.fixture
def browser(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def sweep(owner: User, n_jobs: int) -> Workflow:
    """A started workflow of three families, the middle one with all the jobs."""
    workflow = factories.make_started_workflow("sweep", owner=owner)
    labels = [("prepare", 1), ("train_{i}", n_jobs), ("report", 1)]
    families = [
        Family.objects.create(workflow=workflow, position=at, label=label, n_jobs=count)
        for at, (label, count) in enumerate(labels)
    ]
    for source, target in pairwise(families):
        FamilyEdge.objects.create(source=source, target=target, kind="job", n_edges=n_jobs)
    requirements = workflow.resource_requirements.get()
    Job.objects.bulk_create(
        [
            Job(
                workflow=workflow,
                family=family,
                name=f"{family.label}{number}",
                command="true",
                status=(JobStatus.FAILED if number % 7 == 3 else JobStatus.COMPLETED).value,
                requirements=requirements,
            )
            for family in families
            for number in range(family.n_jobs)
        ],
        batch_size=2_000,
    )
    return workflow


@pytest.mark.parametrize("n_jobs", [50, 20_000])
def test_the_page_costs_the_same_queries_and_few_bytes_at_any_size(
    browser: Client, person: User, n_jobs: int
) -> None:
    workflow = sweep(person, n_jobs)
    browser.get(f"/w/{workflow.pk}")  # the first look keeps where the nodes stand
    RENDERINGS.clear()
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(f"/w/{workflow.pk}")
    assert len(queries) <= MAX_QUERIES
    assert len(gzip.compress(page.content)) < MAX_COMPRESSED
    text = page.content.decode()
    assert "train_{i}" in text
    n_failed = len(range(3, n_jobs, 7))
    assert f"{n_failed:,} failed" in text


def test_a_node_leads_to_its_family_and_a_cell_to_its_job(browser: Client, person: User) -> None:
    workflow = sweep(person, 60)
    family = Family.objects.get(workflow=workflow, position=1)
    page = browser.get(f"/w/{workflow.pk}?family={family.pk}").content.decode()
    assert 'class="matrix' in page
    assert f"family={family.pk}" in page
    assert "prepare0</a>" not in page
    third = Job.objects.filter(family=family).order_by("pk")[2]
    cell = f"/w/{workflow.pk}/jobs/by-position?family={family.pk}&index=2"
    assert browser.get(cell).headers["Location"] == third.get_absolute_url()


def test_the_matrix_says_what_its_rows_and_columns_stand_for(browser: Client, person: User) -> None:
    job = "{name: 'a{lr}_{n}', command: 'true', parameters: {lr: '1:3', n: '1:4'}}"
    text = f"name: s\njobs: [{job}]"
    workflow = create_workflow(plan_workflow(text), owner=person, spec_text=text)
    family = Family.objects.get(workflow=workflow)
    page = browser.get(f"/w/{workflow.pk}?family={family.pk}").content.decode()
    assert "rows: lr (3 values); columns: n (4 values)" in page


def test_an_unknown_family_is_no_family(browser: Client, person: User) -> None:
    workflow = sweep(person, 3)
    for text in ("99999999", "x", "-1", "1" * 40):
        assert browser.get(f"/w/{workflow.pk}?family={text}").status_code == 200


def test_a_fragment_is_rendered_once_for_all_viewers_and_carries_each_ones_own_token(
    person: User,
) -> None:
    workflow = sweep(person, 50)
    staff = factories.make_user("bob", is_staff=True)
    tokens, queries = [], []
    for viewer in (person, staff):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(viewer)
        browser.get("/tokens")
        with CaptureQueriesContext(connection) as captured:
            page = browser.get(f"/w/{workflow.pk}", headers=HTMX)
        queries.append(len(captured))
        tokens.append(page.content.decode().partition('csrfmiddlewaretoken" value="')[2][:64])
    assert queries[1] == 4 < queries[0]
    assert all(len(token) == 64 for token in tokens) or tokens == ["", ""]


def test_what_is_shared_is_still_only_for_those_who_may_see_it(person: User) -> None:
    workflow = sweep(person, 3)
    first, second = Client(), Client()
    first.force_login(person)
    second.force_login(factories.make_user("eve"))
    assert first.get(f"/w/{workflow.pk}").status_code == 200
    assert second.get(f"/w/{workflow.pk}").status_code == 404


def test_a_page_that_is_opened_is_never_older_than_the_workflow(
    browser: Client, person: User
) -> None:
    workflow = sweep(person, 3)
    browser.get(f"/w/{workflow.pk}")
    Job.objects.filter(workflow=workflow).update(status=JobStatus.RUNNING.value)
    Workflow.objects.filter(pk=workflow.pk).touch()
    page = browser.get(f"/w/{workflow.pk}").content.decode()
    assert 'id="chip-running"' in page
    assert 'id="chip-failed"' not in page


def test_the_graph_can_be_had_as_files(browser: Client, person: User) -> None:
    workflow = sweep(person, 3)
    picture = browser.get(f"/w/{workflow.pk}/graph.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")
    assert b"digraph" in browser.get(f"/w/{workflow.pk}/graph.dot").content


def links_of(text: str, start: str) -> set[str]:
    """The addresses in a page that begin so."""
    return {href for href in re.findall(r'href="([^"]*)"', text) if href.startswith(start)}


def test_the_view_of_the_graph_is_kept_by_nodes_filters_and_chips(
    browser: Client, person: User
) -> None:
    workflow = sweep(person, 60)
    family = Family.objects.get(workflow=workflow, position=1)
    page = browser.get(f"/w/{workflow.pk}?fit=1&data=1&q=x&status=failed").content.decode()
    assert 'class="graph-box fit"' in page
    assert f"?data=1&amp;status=failed&amp;fit=1&amp;family={family.pk}" in page
    assert '<input type="hidden" name="fit" value="1">' in page
    assert '<input type="hidden" name="data" value="1">' in page
    assert f"/w/{workflow.pk}?fit=1&amp;data=1&amp;status=completed" in page  # a chip
    assert f"/w/{workflow.pk}?fit=1&amp;data=1" in links_of(page, "/w/")  # the chip that is on
    assert "?fit=1&amp;data=1" in links_of(page, "?")  # clear


def test_the_filter_form_keeps_the_family(browser: Client, person: User) -> None:
    workflow = sweep(person, 60)
    family = Family.objects.get(workflow=workflow, position=1)
    page = browser.get(f"/w/{workflow.pk}?family={family.pk}").content.decode()
    form = page[page.index('id="filters"') : page.index("</form>", page.index('id="filters"'))]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert fields == {"family": str(family.pk)}
    shown = browser.get(f"/w/{workflow.pk}", {**fields, "q": "0"}).content.decode()
    assert 'class="name"' in shown
    assert ">prepare0</a>" not in shown


def test_the_graph_alone_has_an_address_that_leads_back(browser: Client, person: User) -> None:
    workflow = sweep(person, 60)
    workflow.jobs.filter(name="report0").update(status=JobStatus.RUNNING.value)
    family = Family.objects.get(workflow=workflow, position=1)
    page = browser.get(f"/w/{workflow.pk}?status=failed&fit=1").content.decode()
    alone = f"/w/{workflow.pk}/graph?status=failed&amp;fit=1"
    assert alone in links_of(page, "/w/")
    shown = browser.get(alone.replace("&amp;", "&")).content.decode()
    assert 'id="graph-box"' in shown
    assert 'id="jobs"' not in shown
    assert f'id="leave" href="/w/{workflow.pk}?status=failed&amp;fit=1"' in shown
    to_family = f"/w/{workflow.pk}?status=failed&amp;fit=1&amp;family={family.pk}"
    assert to_family in links_of(shown, "/w/")
    assert 'hx-trigger="every' in shown


@pytest.mark.parametrize("n_jobs", [50, 20_000])
def test_the_graph_alone_costs_the_same_queries_and_few_bytes_at_any_size(
    browser: Client, person: User, n_jobs: int
) -> None:
    workflow = sweep(person, n_jobs)
    browser.get(f"/w/{workflow.pk}/graph")  # the first look keeps where the nodes stand
    RENDERINGS.clear()
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(f"/w/{workflow.pk}/graph")
    assert len(queries) <= 12
    assert len(gzip.compress(page.content)) < 10_000


def test_too_many_families_lead_from_the_graph_alone_to_the_list_of_stages(
    browser: Client, person: User
) -> None:
    workflow = factories.make_started_workflow(owner=person)
    for at in range(160):
        family = Family.objects.create(workflow=workflow, position=at, label=f"f{at}", n_jobs=1)
        factories.make_job(workflow, family=family)
    shown = browser.get(f"/w/{workflow.pk}/graph?fit=1").content.decode()
    (target,) = links_of(shown, f"/w/{workflow.pk}?fit=1#stage-")
    page = browser.get(f"/w/{workflow.pk}").content.decode()
    assert f'id="{target.partition("#")[2]}"' in page


def test_a_workflow_without_jobs_has_nothing_to_draw(browser: Client, person: User) -> None:
    workflow = factories.make_workflow(owner=person)
    shown = browser.get(f"/w/{workflow.pk}/graph").content.decode()
    assert "nothing to draw" in shown
