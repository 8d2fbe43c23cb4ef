"""`torc up`, `torc worker` and `torc login-link` become other programs."""

import os
import sys
from pathlib import Path

import pytest

from tests.unit.torc_cli.conftest import Torc
from torc_cli.commands import up


@pytest.mark.parametrize("role", ["up", "worker"])
def test_up_and_worker_become_the_parent(
    torc: Torc, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _, argv: became.append(argv))
    torc(role, "--port", "9", "-f")
    assert became == [
        [sys.executable, "-P", "-m", "torc_site.processes.parent", role, "--port", "9", "-f"]
    ]


@pytest.mark.parametrize(
    ("line", "management_command"),
    [
        (["login-link"], ["login_link"]),
        (["users", "create", "ann"], ["create_user", "ann"]),
        (["users", "create", "ann", "--staff"], ["create_user", "ann", "--staff"]),
    ],
)
def test_what_needs_the_server_itself_becomes_a_management_command(
    torc: Torc, monkeypatch: pytest.MonkeyPatch, line: list[str], management_command: list[str]
) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _, argv: became.append(argv))
    torc(*line)
    assert became == [[sys.executable, "-P", "-m", "torc_site.manage", *management_command]]


def test_where_no_server_is_installed_its_commands_say_so(
    torc: Torc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(up, "PROJECT", str(tmp_path))
    ran = torc("login-link")
    assert (ran.code, ran.err) == (
        4,
        "error: the server is not installed here - run this on the server's machine\n",
    )
