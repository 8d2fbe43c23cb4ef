"""Whose server listens where the token of the data folder would go."""

from pathlib import Path

import pytest

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.http.test_server import write_token
from tests.unit.torc_cli.stub import Stub
from torc_cli.http import listeners

ME, SOMEBODY = 1000, 1001
HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"


def row(port: int, uid: int, state: str = "0A") -> str:
    return f"   0: 0100007F:{port:04X} 00000000:0000 {state} 0:0 00:0 0 {uid:5d} 0 42\n"


@pytest.mark.parametrize(
    ("tables", "stranger"),
    [
        (["", ""], None),
        ([row(8080, ME), ""], None),
        ([row(8080, 0), ""], None),
        ([row(8080, SOMEBODY), ""], SOMEBODY),
        ([row(8080, ME), row(8080, SOMEBODY)], SOMEBODY),
        ([row(9000, SOMEBODY) + row(8080, ME), ""], None),
        ([row(8080, SOMEBODY, state="01"), ""], None),
    ],
)
def test_only_ones_own_server_and_root_are_no_strangers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tables: list[str], stranger: int | None
) -> None:
    monkeypatch.setattr(listeners, "TABLES", in_files(tmp_path, *tables))
    assert listeners.stranger_at(8080, ME) == stranger


def in_files(folder: Path, *tables: str) -> list[str]:
    paths = [folder / f"table{n}" for n in range(len(tables))]
    for path, table in zip(paths, tables, strict=True):
        path.write_text(HEADER + table)
    return [str(path) for path in paths]


def test_the_token_of_the_data_folder_is_not_sent_to_another_users_server(
    torc: Torc, stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_token(tmp_path / "data")
    stub.on("GET /workflows", {"items": [], "total_count": 0, "has_more": False})
    port = int(stub.url.split(":")[2].split("/")[0])
    monkeypatch.setattr(listeners, "TABLES", in_files(tmp_path, row(port, 65_000)))
    ran = torc("workflows", "list")
    assert ran.code == 2
    assert "another user's (user id 65000)" in ran.err
    assert stub.requests == []
    monkeypatch.setenv("TORC_TOKEN", "torc_pat_for_that_server")
    torc("workflows", "list")
    assert len(stub.requests) == 1
