"""Where the server is, and who gets the token."""

import os
from pathlib import Path

import pytest

from torc_cli.errors import UsageError
from torc_cli.http.server import Server, locate


def write_token(folder: Path, mode: int = 0o600) -> None:
    folder.mkdir(parents=True)
    path = folder / "token"
    path.write_text("torc_pat_file\n")
    path.chmod(mode)


@pytest.mark.parametrize(
    ("url", "host", "port", "base"),
    [
        ("http://localhost:8080/torc-service/v1", "localhost", 8080, "/torc-service/v1"),
        ("http://localhost:8080", "localhost", 8080, "/torc-service/v1"),
        ("http://h/torc-service/v1/", "h", 80, "/torc-service/v1"),
        ("https://torc.example.org/x", "torc.example.org", 443, "/x"),
        ("http://[::1]:8080/x", "::1", 8080, "/x"),
        ("http://[::1]/x", "::1", 80, "/x"),
    ],
)
def test_addresses_are_taken_apart(url: str, host: str, port: int, base: str) -> None:
    server = Server(url)
    assert (server.host, server.port, server.base) == (host, port, base)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8080",
        "ftp://x/",
        "http://",
        "http://x:99999/",
        "http://x:y/",
        "http://user:pw@x/",
        "http://x/?a=1",
        "http://x/a b",
        "http://x/\r\nX: y",
        "http://ü/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="is not a server address"):
        Server(url)


def test_the_default_is_this_machine_and_the_port_can_be_moved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert locate(None, None).url == "http://localhost:8080/torc-service/v1"
    monkeypatch.setenv("TORC_PORT", "9000")
    assert locate(None, None).url == "http://localhost:9000/torc-service/v1"


def test_an_option_beats_the_environment_and_that_beats_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_token(tmp_path / "data")
    assert locate(None, None).token == "torc_pat_file"
    monkeypatch.setenv("TORC_TOKEN", "from_environment")
    assert locate(None, None).token == "from_environment"
    assert locate(None, "from_option").token == "from_option"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://LOCALHOST:1/", "http://[::1]:1/"])
def test_the_files_token_goes_to_this_machine(tmp_path: Path, url: str) -> None:
    write_token(tmp_path / "data")
    assert locate(url, None).token == "torc_pat_file"


@pytest.mark.parametrize(
    "url",
    ["http://192.168.1.2:8080/", "https://localhost.evil.org/", "http://127.0.0.1.evil.org/"],
)
def test_the_files_token_never_leaves_this_machine(tmp_path: Path, url: str) -> None:
    write_token(tmp_path / "data")
    assert locate(url, None).token == ""


def test_a_file_that_others_may_write_is_not_trusted(tmp_path: Path) -> None:
    write_token(tmp_path / "data", 0o666)
    assert locate(None, None).token == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_somebody_elses_file_is_not_trusted(tmp_path: Path) -> None:
    write_token(tmp_path / "data")
    os.chown(tmp_path / "data" / "token", 12345, 12345)
    assert locate(None, None).token == ""


def test_a_token_with_a_line_break_is_refused() -> None:
    with pytest.raises(UsageError, match="characters that no token has"):
        locate(None, "a\r\nX: y")
