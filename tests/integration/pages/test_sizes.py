"""What each page of a workflow costs in queries and bytes with few and with 20,000 jobs."""

import gzip

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.integration.pages.sweeps import make_sweep

MAX_COMPRESSED = 60_000
MOST = 24
SITE = ("/", "/failures", "/workers", "/audit")
TABS = ("", "?status=failed", "/results", "/failures", "/data", "/files", "/events", "/spec")
ASKING = ("/rerun?status=failed", "/reinitialize", "/cancel", "/delete")


def costs(page: Client, number: int) -> dict[str, tuple[int, int]]:
    """Return queries and compressed bytes by page, all of them looked at before."""
    found = {}
    for path in (*SITE, *(f"/w/{number}{end}" for end in (*TABS, *ASKING))):
        page.get(path)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = page.get(path)
        assert answer.status_code == 200, path
        size = len(gzip.compress(answer.content))
        found[path.replace(str(number), "N")] = (len(queries), size)
    return found


def test_no_page_costs_more_for_20_000_jobs_than_for_200(page: Client, ann: User) -> None:
    few = costs(page, make_sweep(ann, 200).pk)
    many = costs(page, make_sweep(ann, 20_000).pk)
    more = {path: (few[path][0], many[path][0]) for path in few if many[path][0] > few[path][0]}
    assert more == {}
    assert {path: n for path, (n, _) in many.items() if n > MOST} == {}
    assert {path: size for path, (_, size) in many.items() if size > MAX_COMPRESSED} == {}
