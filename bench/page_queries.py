"""`python -m bench.page_queries PATH...` prints as JSON how many queries each page takes.

Runs with the environment of a server and reads its database; a page is opened once before, as in
a process that has served others.
"""

from __future__ import annotations

import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "torc_site.settings"

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from pages.shared_rendering import RENDERINGS
from workflows.results.table_query import TABLE_CACHE


def count(page: Client, path: str) -> int:
    """Return the number of queries of a page that is in no cache."""
    page.get(path)
    RENDERINGS.clear()
    TABLE_CACHE.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = page.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return len(queries)


if __name__ == "__main__":
    browser = Client(headers={"Host": f"127.0.0.1:{settings.TORC_PORT}"})
    browser.force_login(User.objects.order_by("pk")[0])
    print(json.dumps({path: count(browser, path) for path in sys.argv[1:]}))
