"""Whose server listens where the token of the data folder would go."""

import os
import socket
from pathlib import Path

import pytest

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.http.test_server import write_token
from tests.unit.torc_cli.stub import Stub
from torc_cli.http import listeners

ME, SOMEBODY = 1000, 1001


@pytest.mark.parametrize(
    ("uids", "stranger"),
    [
        ([], None),
        ([ME], None),
        ([0, ME], None),
        ([SOMEBODY], SOMEBODY),
        ([ME, SOMEBODY], SOMEBODY),
    ],
)
def test_only_ones_own_server_and_root_are_no_strangers(
    monkeypatch: pytest.MonkeyPatch, uids: list[int], stranger: int | None
) -> None:
    monkeypatch.setattr(listeners, "listener_uids", lambda port: uids)
    assert listeners.stranger_at(8080, ME) == stranger


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_kernel_says_who_listens(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as server:
        try:
            server.bind((address, 0))
        except OSError:
            pytest.skip(f"there is no {address} here")
        port = server.getsockname()[1]
        assert listeners.listener_uids(port) == []
        server.listen()
        assert listeners.listener_uids(port) == [os.geteuid()]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can listen as somebody else")
def test_another_account_that_listens_is_a_stranger() -> None:
    os.seteuid(65_534)
    try:
        server = socket.socket()
    finally:
        os.seteuid(0)
    with server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert listeners.stranger_at(server.getsockname()[1], 0) == 65_534


def test_the_token_of_the_data_folder_is_not_sent_to_another_users_server(
    torc: Torc, stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_token(tmp_path / "data")
    stub.on("GET /workflows", {"items": [], "total_count": 0, "has_more": False})
    monkeypatch.setattr(listeners, "listener_uids", lambda port: [65_000])
    ran = torc("workflows", "list")
    assert ran.code == 2
    assert "another user's (user id 65000)" in ran.err
    assert stub.requests == []
    monkeypatch.setenv("TORC_TOKEN", "torc_pat_for_that_server")
    torc("workflows", "list")
    assert len(stub.requests) == 1
