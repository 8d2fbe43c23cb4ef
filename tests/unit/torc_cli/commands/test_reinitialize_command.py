"""`torc workflows reinitialize`, against canned answers."""

import json

import pytest

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, page

STALE = {
    "job_id": 5,
    "name": "train",
    "status": "completed",
    "is_follower": False,
    "causes": [{"kind": "file", "sentence": "reads raw, which is missing", "target_id": 2}],
    "n_more_causes": 3,
}


@pytest.mark.parametrize(
    "words", [["workflows", "reinitialize"], ["workflows", "reinit"], ["reinitialize"], ["reinit"]]
)
def test_a_dry_run_lists_stale_jobs_and_why(torc: Torc, stub: Stub, words: list[str]) -> None:
    stub.on("GET /workflows/3/stale_jobs", page(STALE))
    ran = torc(*words, "3", "--dry-run")
    assert "│ 5  │ train │ completed │ reads raw, which is missing; and 3 more │" in ran.out
    assert json.loads(torc(*words, "3", "--dry-run", "-f", "json").out) == [STALE]
    assert {request.method for request in stub.requests} == {"GET"}


@pytest.mark.parametrize(
    ("n_reset", "options", "says", "query"),
    [
        (2, [], "Reinitialized 2 jobs of workflow 3\n", {}),
        (1, ["--start"], "Reinitialized 1 job of workflow 3 and started it\n", {"start": "true"}),
        (0, ["--force"], "Nothing is stale in workflow 3\n", {"force": "true"}),
    ],
)
def test_reinitialize_is_one_request(
    torc: Torc, stub: Stub, n_reset: int, options: list[str], says: str, query: dict[str, str]
) -> None:
    done = {"reinitialized_jobs": ["train"] * n_reset, "n_reset": n_reset}
    stub.on("POST /workflows/3/process_changed_job_inputs", done)
    assert torc("reinit", "3", *options).out == says
    assert stub.requests[0].query == query
    printed = json.loads(torc("reinit", "3", *options, "-f", "json").out)
    assert printed == {
        "status": "success",
        "message": "reinitialized",
        "workflow_id": 3,
        **done,
    }
