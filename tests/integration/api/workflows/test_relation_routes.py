from collections.abc import Sequence

import pytest
from pytest_django import DjangoAssertNumQueries

from jobs.models import Job
from tests.factories import make_file, make_job, make_user_data, make_wait
from tests.integration.api.calling import Caller
from workflows.models import Workflow


def pairs(api: Caller, workflow: Workflow, query: str = "") -> tuple[list[tuple[int, int]], int]:
    page = api.ok("GET", f"/workflows/{workflow.pk}/job_dependencies{query}")
    items = page["items"]
    return [(row["job_id"], row["depends_on_job_id"]) for row in items], page["total_count"]


def ids(jobs: Sequence[Job]) -> list[int]:
    return [job.pk for job in jobs]


def test_an_all_to_all_stage_is_listed_page_by_page(api: Caller, workflow: Workflow) -> None:
    first = [make_job(workflow) for _ in range(3)]
    second = [make_job(workflow) for _ in range(2)]
    shared = make_wait(second[0], first)
    shared.waits.create(job=second[1])
    whole = [(late, early) for late in ids(second) for early in ids(first)]
    assert pairs(api, workflow) == (whole, 6)
    for offset in range(7):
        page, total = pairs(api, workflow, f"?offset={offset}&limit=2")
        assert (page, total) == (whole[offset : offset + 2], 6)


def test_a_pair_that_two_sets_name_is_there_once(api: Caller, workflow: Workflow) -> None:
    first, second, third = (make_job(workflow) for _ in range(3))
    make_wait(third, [first])
    make_wait(third, [first, second], is_explicit=False)
    whole = [(third.pk, first.pk), (third.pk, second.pk)]
    assert pairs(api, workflow) == (whole, 2)
    assert pairs(api, workflow, "?offset=1") == (whole[1:], 2)
    assert api.ok("GET", f"/jobs/{third.pk}")["depends_on_job_ids"] == [first.pk, second.pk]


def test_a_workflow_without_dependencies_has_an_empty_list(api: Caller, workflow: Workflow) -> None:
    assert pairs(api, workflow) == ([], 0)


def test_names_stand_beside_ids(api: Caller, workflow: Workflow) -> None:
    early = make_job(workflow, "early")
    make_job(workflow, "late", depends_on=[early])
    page = api.ok("GET", f"/workflows/{workflow.pk}/job_dependencies")
    assert page["items"][0]["job_name"] == "late"
    assert page["items"][0]["depends_on_job_name"] == "early"


def test_every_writer_is_paired_with_every_reader(api: Caller, workflow: Workflow) -> None:
    writers = [make_job(workflow) for _ in range(2)]
    readers = [make_job(workflow) for _ in range(2)]
    make_file(workflow, "both", outputs_of=writers, inputs_of=readers)
    make_file(workflow, "input", inputs_of=readers[:1])
    make_file(workflow, "output", outputs_of=writers[:1])
    make_file(workflow, "unused")
    page = api.ok("GET", f"/workflows/{workflow.pk}/job_file_relationships")
    rows = [
        (row["file_name"], row["producer_job_id"], row["consumer_job_id"]) for row in page["items"]
    ]
    assert rows == [
        *(("both", writer.pk, reader.pk) for writer in writers for reader in readers),
        ("input", None, readers[0].pk),
        ("output", writers[0].pk, None),
    ]
    assert page["total_count"] == 6
    page = api.ok("GET", f"/workflows/{workflow.pk}/job_file_relationships?offset=5&limit=1")
    assert page["items"][0]["file_name"] == "output"
    assert not page["has_more"]


def test_user_data_has_the_same_list(api: Caller, workflow: Workflow) -> None:
    writer, reader = make_job(workflow, "w"), make_job(workflow, "r")
    make_user_data(workflow, "config", outputs_of=[writer], inputs_of=[reader])
    page = api.ok("GET", f"/workflows/{workflow.pk}/job_user_data_relationships")
    [row] = page["items"]
    assert row["user_data_name"] == "config"
    assert (row["producer_job_name"], row["consumer_job_name"]) == ("w", "r")


def test_job_ids_are_one_list(api: Caller, workflow: Workflow) -> None:
    jobs = [make_job(workflow) for _ in range(3)]
    page = api.ok("GET", f"/workflows/{workflow.pk}/job_ids")
    assert page == {"job_ids": ids(jobs), "count": 3}


@pytest.mark.parametrize("n_jobs", [2, 40])
def test_dependencies_cost_the_same_queries_for_any_number_of_jobs(
    api: Caller,
    workflow: Workflow,
    n_jobs: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    first = [make_job(workflow) for _ in range(n_jobs)]
    for _ in range(n_jobs):
        make_job(workflow, depends_on=first)
    with django_assert_max_num_queries(8):
        assert pairs(api, workflow)[1] == n_jobs**2
