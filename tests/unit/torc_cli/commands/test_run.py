"""`torc run`, against a server of canned answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, page, problem
from torc_cli.errors import Unreachable
from torc_cli.http.client import Client


def progress(revision: int, counts: dict[str, int], **changes: Any) -> dict[str, Any]:
    return {
        "revision": revision,
        "run_id": 1,
        "is_started": True,
        "is_complete": not set(counts) - {"completed", "failed", "canceled"},
        "is_canceled": False,
        "counts": counts,
        "unplaceable": [],
        "waiting_reason": None,
        "workers_online": 1,
        **changes,
    }


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let time pass without waiting for it; returns the pauses taken."""
    taken: list[float] = []
    monkeypatch.setattr("time.sleep", taken.append)
    monkeypatch.setattr("time.monotonic", lambda: sum(taken))
    return taken


@pytest.fixture
def workflow(stub: Stub) -> Stub:
    stub.on("POST /workflow_specs", {"id": 7, "name": "w"})
    stub.on("POST /workflows/7/run", {"id": 7})
    stub.on("GET /workflows/7", {"id": 7, "name": "w"})
    return stub


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
def ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
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


def away_for(
    seconds: float, naps: list[float], monkeypatch: pytest.MonkeyPatch, part_of_path: str
) -> None:
    """Have the server go away when a part of its paths is asked first, for some seconds."""
    real = Client.exchange
    began_at: list[float] = []

    def flaky(self: Client, method: str, path: str, body: bytes | None) -> Any:
        if part_of_path in path:
            began_at.append(sum(naps))
            if sum(naps) - began_at[0] < seconds:
                raise Unreachable("cannot reach the server", was_sent=True)
        return real(self, method, path, body)

    monkeypatch.setattr(Client, "exchange", flaky)


@pytest.mark.parametrize("part_of_path", ["/progress", "/jobs", "/run"])
def test_a_server_that_is_away_for_an_hour_is_waited_for(
    torc: Torc,
    workflow: Stub,
    naps: list[float],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    part_of_path: str,
) -> None:
    (tmp_path / "w.yaml").write_text("name: w")
    away_for(3600, naps, monkeypatch, part_of_path)
    workflow.on("GET /workflows/7/progress", progress(1, {"completed": 1, "canceled": 1}))
    workflow.on("GET /jobs", page())
    ran = torc("run", str(tmp_path / "w.yaml"))
    assert ran.code == 1
    assert "Workflow 7 is complete" in ran.out
    assert ran.err.count("waiting until it is back") == 1
    assert "note: the server is back after 1h 00m\n" in ran.err


def test_a_person_is_told_of_an_outage_after_five_seconds(
    torc: Torc, workflow: Stub, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted_at: list[float] = []
    away_for(60, naps, monkeypatch, "/progress")
    monkeypatch.setattr(
        "torc_cli.screen.progress_line.ProgressLine.add_note",
        lambda line, text: noted_at.append(sum(naps)),
    )
    workflow.on("GET /workflows/7/progress", progress(1, {"completed": 1}))
    assert torc("watch", "7").code == 0
    assert 5 <= noted_at[0] <= 7


@pytest.mark.parametrize("path", ["POST /workflow_specs", "POST /workflows/7/run", "GET /jobs"])
def test_answers_of_a_server_that_is_not_available_are_waited_out(
    torc: Torc, workflow: Stub, tmp_path: Path, path: str
) -> None:
    (tmp_path / "w.yaml").write_text("name: w")
    workflow.on("GET /workflows/7/progress", progress(1, {"completed": 1, "canceled": 1}))
    workflow.on("GET /jobs", page())
    unavailable = problem(503, "unavailable", "The database is away.")
    workflow.on(path, *[unavailable] * 30, *workflow.answers[path])
    ran = torc("run", str(tmp_path / "w.yaml"))
    assert (ran.code, "Workflow 7 is complete" in ran.out) == (1, True)


def test_an_outage_does_not_count_as_time_without_a_worker(
    torc: Torc, workflow: Stub, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = progress(1, {"ready": 1}, workers_online=0)
    workflow.on(
        "GET /workflows/7/progress",
        first,
        *[problem(503, "unavailable", "The database is away.")] * 60,
        first,
        progress(2, {"completed": 1}),
    )
    assert torc("run", "7").code == 0
    assert sum(naps) > 60


def test_only_jobs_that_ended_badly_give_the_exit_code_1(
    torc: Torc, workflow: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = problem(404, "not_found", "There is no workflow 7.")
    workflow.on("GET /workflows/7/progress", gone)
    assert torc("run", "7").code == 4
    workflow.on("GET /workflows/7/progress", "no object")
    assert torc("watch", "7").code == 4
    monkeypatch.setenv("TORC_API_URL", "http://127.0.0.1:1")
    assert (torc("watch", "7").code, torc("run", "7").code) == (4, 4)


def test_a_broken_creation_is_not_sent_again(
    torc: Torc, workflow: Stub, naps: list[float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "w.yaml").write_text("name: w")
    away_for(10, naps, monkeypatch, "/workflow_specs")
    assert torc("run", str(tmp_path / "w.yaml")).code == 4
    assert workflow.requests == []


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


def test_after_an_outage_the_token_of_the_folder_goes_to_no_other_user(
    torc: Torc,
    workflow: Stub,
    naps: list[float],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "token").write_text("secret")
    (tmp_path / "token").chmod(0o600)
    monkeypatch.setenv("TORC_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("TORC_TOKEN", raising=False)
    # Another user takes the port while the server is away.
    monkeypatch.setattr(
        "torc_cli.http.listeners.stranger_at", lambda port, uid: 999 if naps else None
    )
    away_for(30, naps, monkeypatch, "/progress")
    workflow.on("GET /workflows/7/progress", progress(1, {"completed": 1}))
    ran = torc("watch", "7")
    assert ran.code == 2
    assert "another user's" in ran.err
    assert workflow.asked("GET /workflows/7/progress") == []
