"""Clients that are slow, silent or malformed stop nobody else."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from tests.acceptance.installation import Installation

N_CLIENTS = 200
BEGINNINGS = {
    "headers that never end": b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "nothing at all": b"",
    "a body that falls silent": (
        b"POST /torc-service/v1/workflows HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    ),
}


@pytest.fixture
def server(installation: Installation) -> Installation:
    """Return a server with as few threads as it may have."""
    installation.environ |= {"TORC_WEB_PROCESSES": "1", "TORC_WEB_THREADS": "2"}
    installation.start("--no-worker")
    return installation


@contextlib.contextmanager
def clients(server: Installation, beginning: bytes) -> Iterator[list[socket.socket]]:
    """Connect often, send a beginning each time, and keep the connections."""
    with contextlib.ExitStack() as stack:
        made = []
        for _ in range(N_CLIENTS):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 10))
            client.sendall(beginning)
            made.append(client)
        yield made


def ask(server: Installation, request: bytes) -> bytes:
    """Send some bytes and return all that is answered until the connection ends."""
    with socket.create_connection(("127.0.0.1", server.port), 20) as client:
        client.settimeout(40)
        client.sendall(request)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
    return answer


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_two_hundred_clients_that_send_no_whole_request_keep_nobody_waiting(
    server: Installation, kind: str
) -> None:
    with clients(server, BEGINNINGS[kind]) as slow:
        for _ in range(5):
            assert server.is_serving(), "a thread waits for one of them"
        for client in slow[:10]:
            with contextlib.suppress(OSError):
                client.sendall(b"x")
        assert server.is_serving()


def test_a_request_that_takes_too_long_is_told_so_and_closed(server: Installation) -> None:
    answer = ask(server, BEGINNINGS["headers that never end"])
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"Content-Security-Policy: default-src 'none'" in answer


def test_what_is_no_http_is_answered_with_our_headers(server: Installation) -> None:
    answer = ask(server, b"NONSENSE\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"X-Content-Type-Options: nosniff" in answer


def test_headers_without_end_are_refused(server: Installation) -> None:
    answer = ask(server, b"GET / HTTP/1.1\r\nX-Long: " + 70_000 * b"x")
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_two_requests_in_one_piece_are_both_answered(server: Installation) -> None:
    ping = b"GET /torc-service/v1/ping HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    answer = ask(server, ping + b"\r\n" + ping + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 ") == 2


def test_a_body_in_many_pieces_arrives_whole(server: Installation) -> None:
    head = (
        b"POST /torc-service/v1/workflow_specs/check HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nContent-Length: 300000\r\nConnection: close\r\n\r\n"
    )
    answer = ask(server, head + b'"' + 299_998 * b"x" + b'"')
    assert answer.startswith(b"HTTP/1.1 401 "), answer[:200]
