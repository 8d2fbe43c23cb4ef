"""`torc run`, against a server of canned answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.torc_cli.commands.progress import progress
from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, page, problem

pytestmark = pytest.mark.usefixtures("naps")


def test_a_stored_workflow_runs_to_its_end(torc: Torc, workflow: Stub) -> None:
    workflow.on(
        "GET /workflows/7/progress",
        progress(1, {"ready": 2}),
        (204, None),
        progress(2, {"completed": 2}),
    )
    ran = torc("run", "7")
    assert ran.code == 0
    assert ran.out == "Workflow 7 is complete: 2 completed\n"
    assert ran.err == "0:00  2 ready\n0:00  2 completed\n"
    queries = [request.query for request in workflow.asked("GET /workflows/7/progress")]
    assert queries == [{}, {"revision": "1"}, {"revision": "1"}]


def test_a_spec_is_created_first(torc: Torc, workflow: Stub, tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text("name: w")
    workflow.on("GET /workflows/7/progress", progress(1, {"completed": 1}))
    ran = torc("run", str(tmp_path / "w.yaml"))
    assert (ran.code, ran.err.splitlines()[0]) == (0, "Created workflow 7")


def test_a_missing_spec_is_a_usage_error(torc: Torc, workflow: Stub) -> None:
    ran = torc("run", "nowhere.yaml")
    assert (ran.code, workflow.requests) == (2, [])


def test_failures_are_summed_up_with_code_and_reason(torc: Torc, workflow: Stub) -> None:
    counts = {"completed": 1, "failed": 1, "canceled": 1}
    workflow.on("GET /workflows/7/progress", progress(1, counts))
    workflow.on(
        "GET /jobs",
        page({"id": 4, "name": "a", "reason": ""}),
        page({"id": 5, "name": "b", "reason": "a failed"}),
    )
    workflow.on("GET /results", page({"job_id": 4, "return_code": 3, "reason": "exited"}))
    ran = torc("run", "7")
    assert ran.code == 1
    assert "  failed     a (job 4): return code 3, exited\n" in ran.out
    assert "  canceled   b (job 5): a failed\n" in ran.out
    printed = json.loads(torc("run", "7", "-f", "json").out)
    assert (printed["exit_code"], printed["counts"]) == (1, counts)


def test_a_held_job_ends_the_run_with_its_reason(torc: Torc, workflow: Stub) -> None:
    held = {"job_id": 1, "name": "big", "why": "asks 2 GPUs, the largest node has 0"}
    stuck = progress(1, {"ready": 1}, unplaceable=[held], waiting_reason="1 job is held")
    workflow.on("GET /workflows/7/progress", stuck, (204, None))
    ran = torc("run", "7")
    assert (ran.code, ran.out) == (3, "Workflow 7 is stuck: 1 ready\n")
    assert ran.err.splitlines()[0] == "note: big: asks 2 GPUs, the largest node has 0"
    assert ran.err.splitlines()[-1] == (
        "error: workflow 7 cannot go on: job big: asks 2 GPUs, the largest node has 0"
    )


def test_no_worker_for_a_minute_ends_the_run(torc: Torc, workflow: Stub, naps: list[float]) -> None:
    workflow.on("GET /workflows/7/progress", progress(1, {"ready": 1}, workers_online=0))
    ran = torc("run", "7")
    assert ran.code == 3
    assert "no worker has been online for 60 s" in ran.err
    assert 59 < sum(naps) < 63
    assert max(naps) <= 1.0


def test_what_does_not_change_the_workflow_is_still_seen(torc: Torc, workflow: Stub) -> None:
    stale = [progress(1, {"ready": 1}, workers_online=0), *[(204, None)] * 10]
    workflow.on("GET /workflows/7/progress", *stale, progress(1, {"completed": 1}))
    assert torc("run", "7").code == 0
    queries = [request.query for request in workflow.asked("GET /workflows/7/progress")]
    assert queries.count({}) >= 2


@pytest.fixture
def ctrl_c(naps: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody presses it at the first pause."""

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_detaches_and_says_how_to_cancel(torc: Torc, workflow: Stub) -> None:
    workflow.on("GET /workflows/7/progress", progress(1, {"running": 1}))
    ran = torc("run", "7")
    assert ran.code == 130
    assert "workflow 7 runs on" in ran.err
    assert "`torc cancel 7`" in ran.err
    assert workflow.asked("PUT /workflows/7/cancel") == []


def test_a_refused_start_is_one_line(torc: Torc, workflow: Stub) -> None:
    refusal = problem(409, "workflow_canceled", "Workflow 7 was canceled.", hint="Reset it.")
    workflow.on("POST /workflows/7/run", refusal)
    ran = torc("run", "7")
    assert ran.code == 4
    assert ran.err == "error: Workflow 7 was canceled (workflow_canceled) - Reset it.\n"


def test_detach_returns_at_once(torc: Torc, workflow: Stub) -> None:
    ran = torc("run", "7", "--detach")
    assert (ran.code, ran.out) == (0, "Started workflow 7; see `torc status 7`\n")
    assert workflow.asked("GET /workflows/7/progress") == []


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (progress(2, {"completed": 2}), 0),
        (progress(2, {"completed": 1, "failed": 1}), 1),
        (progress(2, {"ready": 2}, is_started=False, waiting_reason="not started"), 3),
    ],
)
def test_watching_ends_as_running_does_and_starts_nothing(
    torc: Torc, workflow: Stub, end: dict[str, Any], code: int
) -> None:
    workflow.on("GET /workflows/7/progress", progress(1, {"running": 2}), end)
    workflow.on("GET /jobs", page())
    watched = torc("watch", "7")
    assert watched.code == code
    assert "0:00  2 running\n" in watched.err
    assert workflow.asked("POST /workflows/7/run") == []


@pytest.mark.usefixtures("ctrl_c")
def test_watching_stops_at_ctrl_c_without_ending_anything(torc: Torc, workflow: Stub) -> None:
    workflow.on("GET /workflows/7/progress", progress(1, {"running": 1}))
    assert torc("workflows", "watch", "7").code == 130
    assert workflow.asked("PUT /workflows/7/cancel") == []


def test_watching_takes_an_id_only(torc: Torc, workflow: Stub) -> None:
    assert torc("watch", "w.yaml").code == 2
    assert workflow.requests == []
