"""The sweep as one table, for programs."""

import csv
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from accounts.models import User
from jobs.models import Family
from jobs.statuses import JobStatus
from tests.factories import make_job, make_result, make_started_workflow, make_user_data
from tests.integration.api.calling import Caller
from workflows.models import Workflow


@pytest.fixture
def sweep(owner: User) -> Workflow:
    """Two jobs of one family, of which one wrote a loss."""
    workflow = make_started_workflow(owner=owner)
    family = Family.objects.create(
        workflow=workflow, position=0, label="fit_{lr}", n_jobs=2, parameters={"lr": [0.5, 10]}
    )
    for rate in (0.5, 10):
        job = make_job(
            workflow,
            f"fit_{rate}",
            status=JobStatus.COMPLETED,
            family=family,
            parameters={"lr": rate},
            n_attempts=1,
        )
        make_result(job, exec_seconds=rate)
    make_user_data(workflow, data='{"loss": 0.25}', outputs_of=[job])
    return workflow


def get(api: Caller, workflow: Workflow, **query: Any) -> Any:
    return api.get(f"/workflows/{workflow.pk}/sweep?{urlencode(query, doseq=True)}")


def test_all_rows_come_with_what_was_asked(api: Caller, sweep: Workflow) -> None:
    rows = json.loads(get(api, sweep, data="loss", sort="-lr").getvalue())
    assert [row["parameters"] for row in rows] == [{"lr": 10}, {"lr": 0.5}]
    assert [row["data"] for row in rows] == [{"loss": 0.25}, {}]
    assert rows[0]["exec_seconds"] == 10
    assert rows[0]["node"] is None


def test_rows_are_filtered_as_on_the_page(api: Caller, sweep: Workflow) -> None:
    family = sweep.families.get()
    rows = get(api, sweep, q="FIT_0", status="completed", family=family.pk, run=1)
    assert b"fit_0.5" in rows.getvalue()
    assert b"fit_10" not in rows.getvalue()
    assert get(api, sweep, status="failed").getvalue() == b"[]\n"


def test_the_same_as_csv(api: Caller, sweep: Workflow) -> None:
    answer = get(api, sweep, format="csv", data="loss")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(answer.getvalue().decode().splitlines()))
    assert [(row["lr"], row["data.loss"]) for row in rows] == [("0.5", ""), ("10", "0.25")]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"sort": "tim"}, "/sort"),
        ({"sort": "data.loss"}, "/sort"),
        ({"data": "a..b"}, "/data"),
        ({"family": 99}, "/family"),
        ({"run": 2}, "/run"),
        ({"page": 2}, "/page"),
    ],
)
def test_what_makes_no_sense_is_refused(
    api: Caller, sweep: Workflow, query: dict[str, Any], pointer: str
) -> None:
    answer = get(api, sweep, **query)
    assert answer.status_code == 422
    assert answer.json()["pointer"] == pointer


@pytest.mark.parametrize("query", [{"status": "evil"}, {"format": "xls"}, {"data": ["a"] * 13}])
def test_unknown_words_and_too_many_columns_are_refused(
    api: Caller, sweep: Workflow, query: dict[str, Any]
) -> None:
    assert get(api, sweep, **query).status_code == 422


def test_nobody_reads_the_sweep_of_another(api: Caller) -> None:
    assert get(api, make_started_workflow()).status_code == 404
