"""Whatever is sent, no route answers with a fault of its own."""

import re
from inspect import unwrap
from typing import Any

import pytest

from api.app import api as torc_api
from api.validation import parameters_of
from tests.factories import (
    make_event,
    make_failure_handler,
    make_file,
    make_job,
    make_node,
    make_requirement,
    make_result,
    make_user_data,
)
from tests.integration.api.calling import Caller
from workflows.models import Workflow

ROUTES = sorted(
    (method, path, tuple(sorted(parameters_of(unwrap(operation.view_func)))))
    for bound in torc_api._get_bound_routers()
    for path, view in bound.path_operations.items()
    for operation in view.operations
    for method in operation.methods
)
BODIES: list[Any] = [
    {},
    [],
    None,
    "x",
    5,
    {"workflow_id": 1, "name": "n", "command": "c", "path": "p", "data": {}, "rules": "[]"},
    {"workflow_id": -1, "name": {"a": []}, "data": [[]], "spec": "a: [", "is_archived": "yes"},
    {"jobs": [{}], "files": [[]], "user_data": [None]},
    {"jobs": [], "files": [], "user_data": [], "force": 1},
    {"name": "\u202e", "spec": "\u0000", "env": {"": ""}, "metadata": {"a": {"b": [1e308]}}},
    {"data": None, "status": "running", "version": 0, "id": 2**62, "st_mtime": -1e300},
]
VALUES = ["", "-1", "9223372036854775807", "99999999999999999999", "x'\"%", "true"]


def fill(workflow: Workflow) -> None:
    """Give the workflow one of everything, so that ids of 1 exist."""
    job = make_job(workflow)
    make_result(job, node=make_node(workflow=workflow))
    make_file(workflow)
    make_user_data(workflow)
    make_requirement(workflow)
    make_failure_handler(workflow)
    make_event(workflow)


@pytest.mark.parametrize(("method", "path", "names"), ROUTES, ids=str)
def test_garbage_is_answered_with_a_refusal_or_a_success(
    api: Caller, workflow: Workflow, method: str, path: str, names: tuple[str, ...]
) -> None:
    fill(workflow)
    existing, missing = (address_of(path, number) for number in ("1", "9223372036854775808"))
    assert api.call(method, missing, {}).status_code < 500
    for body in BODIES:
        answer = api.call(method, existing, None if method == "GET" else body)
        assert answer.status_code < 500, (existing, body, answer.content)
        if method == "GET":
            break
    for name in names:
        for value in VALUES:
            answer = api.call(method, f"{existing}?workflow_id=1&{name}={value}")
            assert answer.status_code < 500, (existing, name, value, answer.content)


def address_of(path: str, number: str) -> str:
    return re.sub(r"\{\w+\}", "stdout", re.sub(r"\{int:\w+\}", number, path))


def test_the_api_describes_itself(api: Caller) -> None:
    document = api.ok("GET", "/openapi.json")
    assert "/torc-service/v1/jobs/{job_id}" in document["paths"]
