"""A stub server, and `torc` as a function."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.torc_cli.stub import Stub, serving
from torc_cli.entry import main


@dataclass
class Ran:
    """What a command line did."""

    code: int
    out: str
    err: str


Torc = Callable[..., Ran]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("TORC_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TORC_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    with serving() as stub:
        monkeypatch.setenv("TORC_API_URL", stub.url)
        yield stub


@pytest.fixture
def torc(capsys: pytest.CaptureFixture[str]) -> Torc:
    def run(*argv: str) -> Ran:
        capsys.readouterr()
        code = main(list(argv))
        caught = capsys.readouterr()
        return Ran(code, caught.out, caught.err)

    return run


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    # This one first: a module that is imported only now would take a patched name for its own.
    monkeypatch.setattr("torc_cli.screen.confirm.is_terminal", lambda stream=1: True)
    monkeypatch.setattr("torc_cli.screen.output.is_terminal", lambda stream=1: True)
