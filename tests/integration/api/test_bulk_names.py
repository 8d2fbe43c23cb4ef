"""Names of many things made at once: each is checked, and the wrong ones are named."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import make_file, make_job, make_user_data, make_workflow
from tests.integration.api.calling import Caller
from workflows.models import Workflow

MAKERS: dict[str, Callable[..., Any]] = {
    "jobs": make_job,
    "files": make_file,
    "user_data": make_user_data,
}
FIELDS = {"jobs": {"command": "true"}, "files": {"path": "a"}, "user_data": {}}
TAKEN = {"jobs": "duplicate_job_name", "files": "name_taken", "user_data": "name_taken"}
REPEATED = {
    "jobs": (409, "duplicate_job_name"),
    "files": (422, "duplicate_name"),
    "user_data": (422, "duplicate_name"),
}


def items(workflow: Workflow, kind: str, names: list[str]) -> dict[str, Any]:
    fields = FIELDS[kind]
    return {kind: [{"workflow_id": workflow.pk, "name": name, **fields} for name in names]}


@pytest.fixture(params=list(MAKERS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_601st_name_is_refused_when_it_is_taken(
    api: Caller, workflow: Workflow, kind: str
) -> None:
    MAKERS[kind](workflow, "taken")
    names = [f"new{n}" for n in range(600)] + ["taken", "last"]
    problem = api.refused(409, "POST", f"/bulk_{kind}", items(workflow, kind, names))
    assert problem["code"] == TAKEN[kind]
    assert problem["pointer"] == f"/{kind}/600/name"
    assert problem["detail"] == "The name 'taken' is taken."


def test_the_first_of_many_taken_names_are_listed(
    api: Caller, workflow: Workflow, kind: str
) -> None:
    taken = [f"n{n}" for n in range(700)]
    api.ok("POST", f"/bulk_{kind}", items(workflow, kind, taken))
    problem = api.refused(409, "POST", f"/bulk_{kind}", items(workflow, kind, ["new", *taken]))
    listed = "'n0', 'n1', 'n2', 'n3', 'n4' and 695 more"
    assert problem["detail"] == f"These names are taken: {listed}."
    assert problem["pointer"] == f"/{kind}/1/name"


def test_a_name_that_is_repeated_far_into_the_request_is_refused(
    api: Caller, workflow: Workflow, kind: str
) -> None:
    names = [f"new{n}" for n in range(601)] + ["new600"]
    status, code = REPEATED[kind]
    problem = api.refused(status, "POST", f"/bulk_{kind}", items(workflow, kind, names))
    assert problem["code"] == code
    assert problem["pointer"] == f"/{kind}/601/name"
    assert problem["detail"] == "The name 'new600' is in the request more than once."


def test_names_are_compared_as_they_are_stored(api: Caller, workflow: Workflow, kind: str) -> None:
    MAKERS[kind](workflow, "\u00e9")
    problem = api.refused(409, "POST", f"/bulk_{kind}", items(workflow, kind, ["e\u0301"]))
    assert problem["code"] == TAKEN[kind]


def test_another_workflows_names_are_free(api: Caller, workflow: Workflow, kind: str) -> None:
    MAKERS[kind](make_workflow(), "free")
    assert api.ok("POST", f"/bulk_{kind}", items(workflow, kind, ["free"]))[kind]
