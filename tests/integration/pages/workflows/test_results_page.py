import json
import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import User
from jobs.statuses import JobStatus
from tests.factories import (
    make_job,
    make_node,
    make_open_result,
    make_result,
    make_started_workflow,
    make_user_data,
    make_workflow,
)
from tests.integration.pages.rated import download, get, make_family, make_rated
from tests.integration.pages.sweeps import make_sweep
from workflows.models import Workflow

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def sweep(ann: User) -> Workflow:
    return make_rated(ann)


def names(text: str) -> list[str]:
    return re.findall(r'<tr id="result-\d+".*?<td class="name"><a [^>]*>([^<]*)</a>', text, re.S)


def cells_of(text: str, row: str) -> list[str]:
    match = re.search(rf'<tr id="{row}".*?</tr>', text, re.S)
    assert match
    cells = re.findall(r"<td[^>]*>(.*?)</td>", match[0], re.S)
    return [re.sub(r"<[^>]*>", "", cell).strip() for cell in cells]


def test_a_row_has_parameters_outcome_and_chosen_user_data(page: Client, sweep: Workflow) -> None:
    text = get(page, sweep, "?data=metrics.loss&data=note")
    job = sweep.jobs.get(name="fit_a")
    outcome = ["0", "00:30", "30.0 MiB", "30", "c14-n03"]
    assert cells_of(text, f"result-{job.pk}")[1:] == [
        *("fit_a", "0.5", "adam"),
        *outcome,
        *("0.25", "ok", ""),
    ]
    assert f'href="/w/{sweep.pk}/jobs/{job.pk}"' in text
    for header in ("lr", "opt", "rc", "metrics.loss"):
        assert f">{header}</a></th>" in text


def test_numbers_are_spread_over_all_rows_and_texts_are_not(page: Client, sweep: Workflow) -> None:
    text = get(page, sweep, "?data=metrics.loss")
    assert cells_of(text, "spread-min") == [
        *("0.5", "", "0", "5.0 s", "5.0 MiB", "5", "", "0.001", ""),
    ]
    assert cells_of(text, "spread-median")[:4] == ["9", "", "0", "00:30"]
    assert cells_of(text, "spread-max")[:4] == ["10", "", "3", "01:40"]
    assert cells_of(get(page, sweep, "?status=failed"), "spread-max")[0] == "10"
    assert cells_of(get(page, sweep, "?q=fit_a"), "spread-max")[3] == "00:30"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", "abc"),
        ("lr", "acb"),
        ("-lr", "bca"),
        ("opt", "acb"),
        ("time", "bac"),
        ("-memory", "cab"),
        ("-return_code", "bac"),
        ("job", "abc"),
        ("-job", "cba"),
        ("-status", "bac"),
        ("node", "abc"),
        ("data.metrics.loss", "cab"),
        ("-data.metrics.loss", "acb"),
        ("evil", "abc"),
        ("data.evil", "abc"),
    ],
)
def test_every_column_sorts_by_value_and_what_is_missing_comes_last(
    page: Client, sweep: Workflow, sort: str, order: str
) -> None:
    text = get(page, sweep, f"?data=metrics.loss&sort={sort}")
    assert names(text) == [f"fit_{letter}" for letter in order]


def test_mixed_values_sort_numbers_first(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    values = ["b", 10, "a", 9]
    family = make_family(workflow, p=values)
    for value in values:
        make_job(workflow, f"fit_{value}", family=family, parameters={"p": value})
    make_job(workflow, "none")
    assert names(get(page, workflow, "?sort=p")) == ["fit_9", "fit_10", "fit_a", "fit_b", "none"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=failed", ["fit_b"]),
        ("q=FIT_A", ["fit_a"]),
        ("q=%25", []),
        ("q=_a", ["fit_a"]),
        ("status=evil&family=x&run=y&size=z&page=w", ["fit_a", "fit_b", "fit_c"]),
        ("family=99999999", ["fit_a", "fit_b", "fit_c"]),
        ("family=9999999999999999999999", ["fit_a", "fit_b", "fit_c"]),
        ("run=7", ["fit_a", "fit_b", "fit_c"]),
        ("page=2", []),
        ("data=a..b&data=%22", ["fit_a", "fit_b", "fit_c"]),
    ],
)
def test_filters_are_in_the_address_and_nonsense_counts_as_absent(
    page: Client, sweep: Workflow, query: str, expected: list[str]
) -> None:
    assert names(get(page, sweep, f"?{query}")) == expected


def test_a_family_has_its_own_parameters(page: Client, sweep: Workflow) -> None:
    other = make_family(sweep, "post", method=["x"])
    make_job(sweep, "post", family=other, parameters={"method": "x"})
    assert ">method</a>" in get(page, sweep)
    text = get(page, sweep, f"?family={other.pk}")
    assert names(text) == ["post"]
    assert ">lr</a>" not in text
    assert f'value="{other.pk}" selected' in text


def test_the_keys_of_what_jobs_wrote_are_offered(page: Client, sweep: Workflow) -> None:
    text = get(page, sweep)
    for path in ("metrics.loss", "note"):
        assert f'name="data" value="{path}">' in text
    chosen = get(page, sweep, "?data=note&data=rare.key")
    assert 'name="data" value="note" checked' in chosen
    assert 'name="data" value="rare.key" checked' in chosen


def test_a_value_that_is_itself_a_number_has_a_column(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    for n in (3, 10):
        job = make_job(workflow, f"fit_{n}", status=JobStatus.COMPLETED)
        make_user_data(workflow, data='"ignored"', inputs_of=[job])
        make_user_data(workflow, data="{}", outputs_of=[job])
        make_user_data(workflow, data=str(n), outputs_of=[job])
    text = get(page, workflow, "?data=$&sort=-data.$")
    assert names(text) == ["fit_10", "fit_3"]
    assert cells_of(text, "spread-median")[5] == "6.5"


@pytest.mark.parametrize(
    ("data", "path", "expected"),
    [
        ('{"a.b": {"é\\"": 1}}', '"a.b"."é\\""', 1),
        ('{"\\u00e9": 2}', "é", 2),
        ('{"x": true}', "x", True),
        ('{"x": "line\\nend \\u2603"}', "x", "line\nend ☃"),
        ('{"x": 12345678901234567}', "x", 12345678901234567),
        ('{"x": 1e-7}', "x", 1e-7),
        ('{"x": 1E-9999, "y": 4}', "x", None),
        ('{"x": null}', "x", None),
        ('{"x": {"y": 1}}', "x", None),
        ('{"x": [1]}', "x", None),
        ('{"x": 1}', "x.y", None),
        ("[1, 2]", "x", None),
        ('"text"', "x", None),
    ],
)
def test_values_are_read_from_json_as_they_were_written(
    page: Client, ann: User, data: str, path: str, expected: object
) -> None:
    workflow = make_started_workflow(owner=ann)
    make_user_data(workflow, data=data, outputs_of=[make_job(workflow)])
    query = urlencode({"data": path, "sort": f"data.{path}"})
    (row,) = json.loads(download(page, workflow, "json", f"?{query}"))
    assert (row["data"].get(path) or None) == (expected or None)


def test_a_row_tells_of_the_last_attempt_of_the_run(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann, run_id=2)
    job = make_job(workflow, "fit", status=JobStatus.COMPLETED, n_attempts=2, reason="now")
    make_result(job, run_id=1, attempt_id=1, return_code=9, reason="then, first")
    make_result(job, run_id=1, attempt_id=2, return_code=8, reason="then, at last")
    make_result(job, run_id=2, attempt_id=1, return_code=7)
    make_result(job, run_id=2, attempt_id=2, return_code=0)
    make_job(workflow, "new", status=JobStatus.READY)
    text = get(page, workflow)
    assert names(text) == ["fit", "new"]
    assert cells_of(text, f"result-{job.pk}")[2] == "0"
    earlier = get(page, workflow, "?run=1")
    assert names(earlier) == ["fit"]
    assert cells_of(earlier, f"result-{job.pk}")[2] == "8"
    assert "then, at last" in earlier
    assert names(get(page, workflow, "?run=1&status=failed&sort=-time")) == ["fit"]
    assert names(get(page, workflow, "?run=1&status=completed")) == []


def test_a_job_that_runs_has_a_row_without_an_outcome(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.READY)
    make_open_result(job, node=make_node("here"), started_at=workflow.started_at)
    assert cells_of(get(page, workflow), f"result-{job.pk}")[2:] == ["", "", "", "", "here", ""]


def test_pages_have_fifty_rows_or_a_hundred_and_totals_count_them_all(
    page: Client, ann: User
) -> None:
    workflow = make_sweep(ann, 120)
    text = get(page, workflow)
    assert len(names(text)) == 50
    assert "1\N{EN DASH}50" in text
    assert "of 120" in text
    assert len(names(get(page, workflow, "?size=100"))) == 100
    assert "101\N{EN DASH}120" in get(page, workflow, "?size=100&page=2")
    assert "12 of 120 jobs match." in get(page, workflow, "?status=failed")
    assert "0 of 120 jobs match." in get(page, workflow, "?q=nothing")
    assert "nothing on page 9" in get(page, workflow, "?page=9")


def test_a_workflow_without_jobs_says_so(page: Client, ann: User) -> None:
    assert "no jobs yet" in get(page, make_workflow(owner=ann))


def test_two_numbers_are_plotted_as_links_to_the_jobs(page: Client, sweep: Workflow) -> None:
    text = get(page, sweep, "?x=lr&y=time")
    assert len(re.findall(r'<a href="jobs/\d+" tabindex="-1"><title>fit_', text)) == 3
    assert 'href="#m-failed"' in text
    assert 'id="m-failed"' in text
    assert "3 jobs with both numbers" in text
    assert "Time (s)" in text
    assert "2 jobs with both" in get(page, sweep, "?x=lr&y=data.metrics.loss&data=metrics.loss")
    assert 'id="plot"' not in get(page, sweep, "?x=opt&y=time")
    assert "Nothing to plot" in get(page, sweep, "?x=time&y=data.note&data=note")


def test_a_plot_of_many_jobs_draws_some_and_says_so(page: Client, ann: User) -> None:
    workflow = make_sweep(ann, 2_500, has_data=False)
    text = get(page, workflow, "?x=seed&y=time")
    assert text.count("<use ") == 2_000
    assert "2,000 of 2,500 jobs" in text
    assert text.count('href="#m-failed"') == 200


def test_names_parameters_and_values_are_text(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    family = make_family(workflow, EVIL, **{EVIL: [1, EVIL]})
    make_family(workflow, EVIL)
    for value in (EVIL, 1):
        job = make_job(
            workflow,
            f"{EVIL}{value}",
            family=family,
            parameters={EVIL: value},
            status=JobStatus.FAILED,
            reason=EVIL,
            n_attempts=1,
        )
        make_result(job, return_code=1, node=make_node(EVIL))
        make_user_data(workflow, data=json.dumps({EVIL: EVIL, "n": 1}), outputs_of=[job])
    answer = page.get(
        f"/w/{workflow.pk}/results",
        {"data": [EVIL, "n"], "x": "data.n", "y": "time", "q": EVIL, "sort": EVIL},
    )
    assert len(names(answer.text)) == 2
    assert "<use " in answer.text
    assert "<img" not in answer.text
    for kind in ("csv", "json"):
        cached = page.get(f"/w/{workflow.pk}/results.{kind}")
        assert cached.headers["X-Content-Type-Options"] == "nosniff"
