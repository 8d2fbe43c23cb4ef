"""What all lists have in common: envelope, paging, sorting, and queries that do not grow."""

import json
from collections.abc import Callable

import pytest
from pydantic import BaseModel
from pytest_django import DjangoAssertNumQueries

from api.jobs.events_schemas import EventOut
from api.jobs.failure_handlers_schemas import FailureHandlerOut
from api.jobs.jobs_schemas import JobOut
from api.jobs.nodes_schemas import ComputeNodeOut
from api.jobs.requirements_schemas import RequirementsOut
from api.jobs.results_schemas import ResultOut
from api.userdata.schemas import FileOut, UserDataOut
from api.workflows.relations_schemas import (
    DependencyOut,
    FileRelationshipOut,
    UserDataRelationshipOut,
)
from api.workflows.workflows_schemas import WorkflowOut
from jobs.statuses import JobStatus
from tests.factories import (
    make_event,
    make_failure_handler,
    make_file,
    make_job,
    make_node,
    make_requirement,
    make_result,
    make_user_data,
    make_workflow,
)
from tests.integration.api.calling import Caller
from workflows.models import Workflow

MAX_QUERIES = 12
LISTS: dict[str, type[BaseModel]] = {
    "/workflows": WorkflowOut,
    "/jobs?workflow_id={0}": JobOut,
    "/jobs?workflow_id={0}&include_relationships=true": JobOut,
    "/files?workflow_id={0}": FileOut,
    "/user_data?workflow_id={0}": UserDataOut,
    "/resource_requirements?workflow_id={0}": RequirementsOut,
    "/results?workflow_id={0}": ResultOut,
    "/events?workflow_id={0}": EventOut,
    "/compute_nodes?workflow_id={0}": ComputeNodeOut,
    "/workflows/{0}/failure_handlers": FailureHandlerOut,
    "/workflows/{0}/job_dependencies": DependencyOut,
    "/workflows/{0}/job_file_relationships": FileRelationshipOut,
    "/workflows/{0}/job_user_data_relationships": UserDataRelationshipOut,
}


def fill(workflow: Workflow, count: int) -> None:
    """Give the workflow this many of everything."""
    workflow.run_id = 1
    workflow.save()
    first = make_job(workflow, status=JobStatus.READY)
    for number in range(count):
        job = make_job(workflow, status=JobStatus.BLOCKED, depends_on=[first])
        make_result(job)
        job.n_attempts = 1
        job.save()
        make_file(workflow, inputs_of=[job], outputs_of=[first])
        make_user_data(workflow, inputs_of=[job], outputs_of=[first])
        make_requirement(workflow)
        make_failure_handler(workflow)
        make_event(workflow)
        make_node()
        make_workflow(owner=workflow.owner)
        assert number < count


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("count", [3, 30])
def test_a_list_costs_the_same_queries_for_any_number_of_rows(
    api: Caller,
    workflow: Workflow,
    path: str,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(workflow, count)
    api.get("/version")  # the first use of a token in a minute is written down
    with django_assert_max_num_queries(MAX_QUERIES):
        page = api.ok("GET", path.format(workflow.pk))
    assert page["count"] == page["total_count"] == len(page["items"]) >= count
    assert page["max_limit"] == 10_000
    assert page["offset"] == 0
    assert page["has_more"] is False


@pytest.mark.parametrize(("path", "model"), LISTS.items())
def test_the_items_are_as_documented(
    api: Caller, workflow: Workflow, path: str, model: type[BaseModel]
) -> None:
    fill(workflow, 2)
    for item in api.ok("GET", path.format(workflow.pk))["items"]:
        assert set(item) <= set(model.model_fields)
        model.model_validate(item, strict=True)


@pytest.mark.parametrize("path", LISTS)
def test_pages_add_up_to_the_list(api: Caller, workflow: Workflow, path: str) -> None:
    fill(workflow, 5)
    address = path.format(workflow.pk)
    join = "&" if "?" in address else "?"
    whole = api.ok("GET", address)["items"]
    pages: list[dict[str, object]] = []
    while True:
        page = api.ok("GET", f"{address}{join}offset={len(pages)}&limit=2")
        assert page["total_count"] == len(whole)
        pages += page["items"]
        if not page["has_more"]:
            break
        assert page["count"] == 2
    assert pages == whole
    beyond = api.ok("GET", f"{address}{join}offset=100000")
    assert (beyond["items"], beyond["total_count"], beyond["has_more"]) == ([], len(whole), False)


SORTED: dict[str, Callable[[Workflow], None]] = {
    "/jobs?workflow_id={0}&sort_by=status": lambda workflow: fill(workflow, 3),
    "/results?workflow_id={0}&sort_by=completion_time": lambda workflow: fill(workflow, 3),
    "/files?workflow_id={0}&sort_by=st_mtime": lambda workflow: fill(workflow, 3),
    "/compute_nodes?workflow_id={0}&sort_by=hostname": lambda workflow: fill(workflow, 3),
    "/workflows?sort_by=timestamp": lambda workflow: fill(workflow, 3),
    "/resource_requirements?workflow_id={0}&sort_by=memory": lambda workflow: fill(workflow, 3),
}


@pytest.mark.parametrize("path", SORTED)
def test_sorting_backwards_is_the_list_backwards(
    api: Caller, workflow: Workflow, path: str
) -> None:
    SORTED[path](workflow)
    forwards = api.ok("GET", path.format(workflow.pk))["items"]
    backwards = api.ok("GET", f"{path.format(workflow.pk)}&reverse_sort=true")["items"]
    assert json.dumps(backwards) == json.dumps(forwards[::-1])
