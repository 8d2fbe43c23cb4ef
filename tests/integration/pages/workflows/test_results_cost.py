"""What the results table costs does not grow with the sweep."""

import gzip
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from jobs.models import Family, Job
from jobs.statuses import JobStatus
from tests.integration.pages.mixes import make_mix
from tests.integration.pages.sweeps import make_sweep
from workflows.graph.counts import load_families
from workflows.models import Workflow
from workflows.results.columns import ATTEMPT_COLUMNS, parameter_columns
from workflows.results.row_query import RowQuery
from workflows.results.table_query import TABLE_CACHE
from workflows.results.table_summary import summarize

MOST_QUERIES = 12
MOST_BYTES = 6_000
MOST_BYTES_OF_A_PLOT = 40_000
QUERIES = (
    "",
    "?status=failed&sort=-time",
    "?q=0.1_&sort=lr",
    "?sort=-data.metrics.loss&data=metrics.loss&data=note",
    "?size=100&page=2&x=lr&y=data.metrics.loss&data=metrics.loss",
    "?run=1&family=1",
)


def cost(page: Client, workflow: Workflow, query: str) -> tuple[int, int]:
    TABLE_CACHE.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = page.get(f"/w/{workflow.pk}/results{query}")
    assert answer.status_code == 200
    assert len(queries) <= MOST_QUERIES, "\n".join(
        query["sql"] for query in queries.captured_queries
    )
    return len(queries), len(gzip.compress(answer.content))


def test_a_page_costs_as_much_for_20_000_jobs_as_for_200(page: Client, ann: User) -> None:
    few, many = make_sweep(ann, 250), make_sweep(ann, 20_000, is_over=False)
    # One job that is ready, so that the head has to ask what it waits for.
    Job.objects.filter(workflow=many, name__endswith="_000000").update(status=JobStatus.READY.value)
    for query in QUERIES:
        n_few, _ = cost(page, few, query)
        n_many, n_bytes = cost(page, many, query)
        assert n_many <= n_few + 2, query
        assert n_bytes <= (MOST_BYTES_OF_A_PLOT if "x=" in query else MOST_BYTES), query


def test_a_big_sweep_that_moves_is_asked_for_less_often(page: Client, ann: User) -> None:
    big = make_sweep(ann, 5_001, is_over=False, has_data=False)
    small = make_sweep(ann, 10, is_over=False, has_data=False)
    over = make_sweep(ann, 10, has_data=False)
    Job.objects.filter(name__endswith="_000000").update(status=JobStatus.READY.value)
    assert 'hx-trigger="every 10s"' in page.get(f"/w/{big.pk}/results").text
    assert 'hx-trigger="every 2s"' in page.get(f"/w/{small.pk}/results").text
    over.jobs.update(status=JobStatus.COMPLETED.value)
    assert "hx-trigger" not in page.get(f"/w/{over.pk}/results").text


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_download_asks_once_for_a_thousand_rows(page: Client, ann: User, kind: str) -> None:
    workflow = make_sweep(ann, 3_000, has_data=False)
    with CaptureQueriesContext(connection) as queries:
        answer: Any = page.get(f"/w/{workflow.pk}/results.{kind}")
        assert len(answer.getvalue()) > 100_000
    assert len(queries) <= 3 + 3 + 3


def test_what_the_spec_tells_of_parameters_is_what_the_jobs_have(ann: User) -> None:
    mix = make_mix(ann, 40)
    columns = [
        *parameter_columns(family.parameters for family in load_families(mix.workflow)),
        *ATTEMPT_COLUMNS,
    ]
    for family in (None, mix.family):
        grouped, _ = summarize(RowQuery(mix.workflow, 1, family), columns)
        read, _ = summarize(RowQuery(mix.workflow, 1, family, text="_"), columns)
        assert grouped.spreads == read.spreads
        assert {"rate", "seed"} <= grouped.spreads.keys()
    Job.objects.filter(pk=mix.evaluate[0].pk).delete()
    Family.objects.filter(pk=mix.family).update(n_jobs=19)
    Workflow.objects.filter(pk=mix.workflow.pk).regrouped()
    summary = summarize(RowQuery(Workflow.objects.get(pk=mix.workflow.pk), 1, mix.family), columns)
    assert len(summary[1]) == 19
