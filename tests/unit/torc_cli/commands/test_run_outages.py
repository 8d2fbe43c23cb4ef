"""`torc run` and `torc watch` while the server is away, and what they end with."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.torc_cli.commands.progress import progress
from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, page, problem
from torc_cli.errors import Unreachable
from torc_cli.http.client import Client

pytestmark = pytest.mark.usefixtures("naps")


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
