"""What every page costs in queries and bytes at its worst, with few and with 20,000 jobs."""

import gzip
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from pages.shared_rendering import RENDERINGS
from tests.integration.api.calling import BASE, caller_of
from tests.integration.pages.mixes import Mix, make_mix
from workflows.results.table_query import TABLE_CACHE

MAX_COMPRESSED = 60_000
MOST = 12
SITE = ("/", "/?state=attention&q=mix&show=mine", "/failures", "/workers", "/audit")
TABS = (
    "",
    "?status=ready",
    "?q=evaluate&status=blocked",
    "?cause=cause+number+1",
    "?family={family}&data=1",
    "?family={family}&q=evaluate&status=blocked",
    "?family={family}&q=evaluate&split=rate&part=0.1",
    "/graph?family={family}&split=rate",
    "/results",
    "/results?sort=-time&status=failed&data=loss&x=rate&y=data.loss",
    "/results?sort=-data.loss&data=loss&q=fit&size=100",
    "/failures",
    "/failures?cause=cause+number+1",
    "/data",
    "/data?q=out",
    "/data/{value}",
    "/data/{value}/edit",
    "/data/{value}/history",
    "/files",
    "/events",
    "/spec",
    "/audit",
    "/jobs/{ended}",
    "/jobs/{blocked}",
    "/jobs/{last}",
)
ASKING = (
    "/rerun?status=failed",
    "/rerun?cause=cause+number+1&memory=4g",
    "/reinitialize",
    "/cancel",
    "/delete",
)


def pages_of(mix: Mix) -> list[str]:
    ids = {
        "family": mix.family,
        "value": mix.shared.pk,
        "ended": mix.fit[2].pk,
        "blocked": mix.evaluate[1].pk,
        "last": mix.evaluate[-1].pk,
    }
    own = f"/w/{mix.workflow.pk}"
    return [*SITE, *(own + end.format(**ids) for end in (*TABS, *ASKING))]


def lists_of(mix: Mix) -> list[str]:
    tables = ("jobs", "files", "user_data", "results", "resource_requirements", "events")
    asking = ("progress", "status", "failures", "rerun_preview", "stale_jobs", "sweep", "graph")
    own = f"workflows/{mix.workflow.pk}"
    return [
        "workflows",
        own,
        *(f"{own}/{name}" for name in asking),
        *(f"{name}?workflow_id={mix.workflow.pk}&limit=100" for name in tables),
    ]


def costs(page: Client, paths: list[str], **headers: str) -> dict[str, tuple[int, int]]:
    """Return queries and compressed bytes by page, none of them rendered for anybody before."""
    costs_by_path = {}
    for path in paths:
        page.get(path, headers=headers)  # a process reads families and draws graphs once
        RENDERINGS.clear()
        TABLE_CACHE.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = page.get(path, headers=headers)
        assert answer.status_code == 200, path
        size = len(gzip.compress(b"".join(answer)))
        costs_by_path[path] = (len(queries), size)
    return costs_by_path


@pytest.mark.parametrize(
    ("n_jobs", "is_moving"), [(36, False), (36, True), (50, True), (20_000, False)]
)
def test_every_page_is_cheap_at_its_worst(
    page: Client, ann: User, n_jobs: int, is_moving: bool
) -> None:
    costs_by_path = costs(page, pages_of(make_mix(ann, n_jobs, is_moving=is_moving)))
    assert {path: n for path, (n, _) in costs_by_path.items() if n > MOST} == {}
    assert {path: size for path, (_, size) in costs_by_path.items() if size > MAX_COMPRESSED} == {}


@pytest.mark.parametrize("n_jobs", [50, 20_000])
def test_every_list_of_the_api_is_cheap_at_its_worst(ann: User, n_jobs: int) -> None:
    token = {"Authorization": f"Bearer {caller_of(ann, 'admin').token}"}
    paths = [f"{BASE}/{path}" for path in lists_of(make_mix(ann, n_jobs))]
    costs_by_path = costs(Client(), paths, **token)
    assert {path: n for path, (n, _) in costs_by_path.items() if n > MOST} == {}


def test_a_poll_without_news_costs_four_queries_at_any_size(page: Client, ann: User) -> None:
    path = f"/w/{make_mix(ann, 50).workflow.pk}"
    page.get(path)
    poll = re.search(r'hx-get="([^"]+rev=[^"]+)"', page.get(path).text)
    assert poll
    with CaptureQueriesContext(connection) as queries:
        answer = page.get(unescape(poll[1]), headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert len(queries) == 4  # session, person, workflow, workers
