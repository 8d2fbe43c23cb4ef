"""The table of results as files."""

import csv
import json

import pytest
from django.test import Client

from accounts.models import User
from jobs.models import Job
from tests.factories import (
    make_job,
    make_started_workflow,
    make_workflow,
)
from tests.integration.pages.rated import download, get, make_family, make_rated
from tests.integration.pages.sweeps import make_sweep
from workflows.models import Workflow


@pytest.fixture
def sweep(ann: User) -> Workflow:
    return make_rated(ann)


def test_the_csv_has_all_rows_of_the_query_and_no_formulas(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    family = make_family(workflow, p=["=1+1", -2])
    for n, value in enumerate(["=1+1", -2]):
        make_job(workflow, f"@job_{n}", family=family, parameters={"p": value}, reason="-x")
    make_job(workflow, "other")
    rows = list(csv.DictReader(download(page, workflow, "csv", "?q=%40&sort=-p").splitlines()))
    assert [row["job"] for row in rows] == ["'@job_1", "'@job_0"]
    assert [row["p"] for row in rows] == ["-2", "'=1+1"]
    assert rows[0]["reason"] == "'-x"


def test_downloads_have_every_page_in_the_order_of_the_table(page: Client, ann: User) -> None:
    workflow = make_sweep(ann, 1_100)
    query = "?sort=-data.metrics.loss&data=metrics.loss&status=completed&page=3"
    rows = json.loads(download(page, workflow, "json", query))
    assert len(rows) == 990
    losses = [row["data"]["metrics.loss"] for row in rows]
    assert losses == sorted(losses, reverse=True)
    first = Job.objects.get(pk=rows[0]["job_id"])
    assert rows[0] == {
        "job_id": first.pk,
        "job": first.name,
        "family": "fit_{lr}_{seed}",
        "status": "completed",
        "return_code": 0,
        "exec_seconds": first.results.get().exec_seconds,
        "peak_memory_bytes": first.results.get().peak_memory_bytes,
        "avg_cpu_percent": first.results.get().avg_cpu_percent,
        "node": "c14-n03",
        "parameters": first.parameters,
        "data": {"metrics.loss": losses[0]},
        "reason": "",
    }
    header, *lines = csv.reader(download(page, workflow, "csv", query).splitlines())
    assert len(lines) == 990
    assert header[:4] == ["job_id", "job", "family", "status"]
    assert sorted(header[4:7]) == ["lr", "optimizer", "seed"]
    assert header[7:9] == ["return_code", "exec_seconds"]
    assert header[-2:] == ["data.metrics.loss", "reason"]


def test_the_downloads_ask_what_the_page_asks(page: Client, sweep: Workflow) -> None:
    text = get(page, sweep, "?q=fit&status=&sort=-lr&data=note&page=1&rev=3&evil=1")
    assert f'href="/w/{sweep.pk}/results.csv?q=fit&amp;sort=-lr&amp;data=note"' in text
    assert f"/torc-service/v1/workflows/{sweep.pk}/sweep?q=fit&amp;sort=-lr&amp;data=note" in text


def test_nobody_downloads_what_he_may_not_see(page: Client) -> None:
    other = make_workflow()
    for path in ("results", "results.csv", "results.json"):
        assert page.get(f"/w/{other.pk}/{path}").status_code == 404
