"""Requests, errors in one line, and patience inside a job."""

import socket
from threading import Thread

import pytest

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, page, problem
from torc_cli.errors import Unreachable
from torc_cli.http import client, plain_socket
from torc_cli.http.client import query_of, quote
from torc_cli.http.server import Server

RECORD = {"id": 3, "name": "x", "data": None}


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def answering(raw: bytes) -> Server:
    """Return the address of a server that answers one request with these bytes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, listener:
            connection.recv(65536)
            connection.sendall(raw)

    Thread(target=serve, daemon=True).start()
    return Server(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let time pass without waiting for it; returns the pauses taken."""
    taken: list[float] = []
    monkeypatch.setattr("time.sleep", taken.append)
    monkeypatch.setattr("time.monotonic", lambda: sum(taken))
    return taken


def test_queries_are_encoded() -> None:
    assert quote("a b&ü/~") == "a%20b%26%C3%BC%2F~"
    assert query_of(a=1, b=None, c=True, d="x y") == "?a=1&c=true&d=x%20y"
    assert query_of(a=None) == ""


def test_a_request_says_who_asks_and_for_which_host(torc: Torc, stub: Stub) -> None:
    stub.on("GET /jobs/3", RECORD)
    assert torc("jobs", "get", "3", "--token", "abc").code == 0
    headers = stub.requests[0].headers
    assert headers["authorization"] == "Bearer abc"
    assert headers["host"] == f"localhost:{stub.port}"


def test_a_server_that_is_down_is_one_line(torc: Torc, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"http://localhost:{free_port()}/torc-service/v1"
    monkeypatch.setenv("TORC_API_URL", url)
    ran = torc("jobs", "get", "3")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err == (
        f"error: cannot reach the server at {url}: Connection refused"
        " - start it with `torc up` or set TORC_API_URL\n"
    )


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        (
            problem(404, "not_found", "There is no job 3.", hint="See `torc jobs list`."),
            4,
            "error: There is no job 3 (not_found) - See `torc jobs list`.\n",
        ),
        (
            problem(404, "unknown_job", "There is no unknown job 3."),
            4,
            "error: There is no unknown job 3.\n",
        ),
        (
            (422, {"error": {"message": "memory: bad value"}}),
            4,
            "error: memory: bad value\n",
        ),
        (problem(403, "forbidden", "A job may not do that."), 4, "this token may not do that"),
        (problem(500, "internal", "It broke."), 4, "see the server's log"),
        (
            (404, "<h1>Not Found</h1>", "text/html"),
            4,
            "404 Not Found, but not as a Torc server does",
        ),
        ((200, "<h1>Hello</h1>", "text/html"), 4, "200 OK, but not as a Torc server does"),
        ((404, "[1]"), 4, "404 Not Found"),
        (problem(409, "x", "evil \x1b[2J\nname"), 4, "evil \\x1b[2J\\nname (x)"),
    ],
)
def test_refusals_are_one_line(
    torc: Torc, stub: Stub, answer: object, code: int, message: str
) -> None:
    stub.on("GET /jobs/3", answer)
    ran = torc("jobs", "get", "3")
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "the server does not accept requests without a token - set TORC_TOKEN, or"),
        (["--token", "abc"], "the server does not accept the token in --token - make one with"),
    ],
)
def test_a_wrong_token_says_where_it_came_from(
    torc: Torc, stub: Stub, options: list[str], message: str
) -> None:
    stub.on("GET /jobs/3", problem(401, "unauthenticated", "No."))
    ran = torc("jobs", "get", "3", *options)
    assert ran.code == 4
    assert message in ran.err


def test_lists_are_read_page_after_page(torc: Torc, stub: Stub) -> None:
    first = {**page({"id": 1, "name": "a"}), "has_more": True}
    stub.on("GET /jobs", first, page({"id": 2, "name": "b"}))
    ran = torc("jobs", "list", "7", "-f", "json")
    assert ran.code == 0
    assert [request.query["offset"] for request in stub.requests] == ["0", "1"]
    assert '"a"' in ran.out
    assert '"b"' in ran.out


def test_a_limit_is_asked_for_and_kept(torc: Torc, stub: Stub) -> None:
    stub.on("GET /jobs", {**page({"id": 1, "name": "a"}), "has_more": True})
    torc("jobs", "list", "7", "--limit", "1", "--offset", "4", "-s", "failed", "--reverse-sort")
    assert len(stub.requests) == 1
    query = stub.requests[0].query
    assert query == {
        "workflow_id": "7",
        "offset": "4",
        "limit": "1",
        "status": "failed",
        "reverse_sort": "true",
    }


def test_chunked_answers_are_understood() -> None:
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    server = answering(head + b'3\r\n{"a\r\n5\r\n": 1}\r\n0\r\n\r\n')
    assert client.Client(server).json("PUT", "/x") == {"a": 1}


def test_answers_without_a_length_end_with_the_connection() -> None:
    server = answering(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n[1]")
    assert client.Client(server).json("GET", "/x") == [1]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_broken_answers_are_unreachable_servers(raw: bytes) -> None:
    with pytest.raises(Unreachable) as caught:
        client.Client(answering(raw)).send("GET", "/x")
    assert caught.value.was_sent


def test_an_answer_of_many_packets_is_read_to_its_end() -> None:
    body = b'"' + b"x" * 1_000_000 + b'"'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    reply = client.Client(answering(head % len(body) + body)).send("GET", "/x")
    assert reply.body == body


def test_redirects_are_not_followed_but_told(torc: Torc, stub: Stub) -> None:
    stub.on("GET /jobs/3", (302, "", "text/html"))
    ran = torc("jobs", "get", "3")
    assert "302 Found, but not as a Torc server does" in ran.err


def test_people_get_a_503_at_once(torc: Torc, stub: Stub) -> None:
    stub.on("GET /jobs/3", problem(503, "busy", "Try later."), RECORD)
    assert torc("jobs", "get", "3").code == 4
    assert len(stub.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_job_waits_the_outage_out(
    torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch, naps: list[float], status: int
) -> None:
    monkeypatch.setenv("TORC_JOB_ID", "1")
    stub.on("GET /jobs/3", problem(status, "busy", "Busy."), (status, "x", "text/html"), RECORD)
    ran = torc("jobs", "get", "3")
    assert (ran.code, len(stub.requests), len(naps)) == (0, 3, 2)
    assert ran.err == f"torc: the server answers {status}; trying again for up to 1200 s\n"


def test_a_job_gives_up_after_torc_retry_with_growing_pauses(
    torc: Torc, monkeypatch: pytest.MonkeyPatch, naps: list[float]
) -> None:
    monkeypatch.setenv("TORC_JOB_ID", "1")
    monkeypatch.setenv("TORC_RETRY", "60")
    monkeypatch.setenv("TORC_API_URL", f"http://localhost:{free_port()}/v1")
    ran = torc("jobs", "get", "3")
    assert ran.code == 4
    assert "error: cannot reach the server" in ran.err
    assert 40 < sum(naps) <= 60
    assert max(naps) <= 12.5
    assert naps[0] < 0.2


def test_a_job_does_not_retry_what_the_server_refuses(
    torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch, naps: list[float]
) -> None:
    monkeypatch.setenv("TORC_JOB_ID", "1")
    assert torc("jobs", "get", "3").code == 4
    assert (len(stub.requests), naps) == (1, [])


def test_a_creation_that_may_have_worked_is_not_sent_twice(
    monkeypatch: pytest.MonkeyPatch, naps: list[float]
) -> None:
    asker = client.Client(answering(b""), retry_seconds=100)
    with pytest.raises(Unreachable):
        asker.send("POST", "/user_data", b"{}")
    assert naps == []


def test_a_bad_torc_retry_is_told(torc: Torc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORC_JOB_ID", "1")
    monkeypatch.setenv("TORC_RETRY", "soon")
    ran = torc("jobs", "get", "3")
    assert (ran.code, ran.err) == (2, "error: TORC_RETRY is 'soon' - it is a number of seconds\n")


def test_a_name_without_address_is_unreachable() -> None:
    with pytest.raises(plain_socket.NotSent):
        plain_socket.exchange("no-such-host.invalid", 80, b"", 5)


def test_an_unexpected_failure_is_one_line_too(
    torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.on("GET /jobs", {"unexpected": 1})
    ran = torc("jobs", "list", "1")
    assert ran.code == 4
    assert ran.err == "error: KeyError: 'items' - set TORC_DEBUG=1 to see where\n"


def test_proxies_and_https_go_through_the_standard_library(
    torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{stub.port}")
    monkeypatch.setenv("TORC_API_URL", "http://torc.invalid/v1")
    stub.on("GET http://torc.invalid/v1/jobs/3", RECORD)
    torc("jobs", "get", "3")
    assert stub.requests[0].headers["host"] == "torc.invalid"
    assert "authorization" not in stub.requests[0].headers
