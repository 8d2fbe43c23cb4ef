"""A workflow that is followed, and time that passes by itself."""

import pytest

from tests.unit.torc_cli.stub import Stub


@pytest.fixture
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
