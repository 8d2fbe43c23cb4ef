"""The bound of what incomplete requests may hold, however it is reached."""

import selectors
import socket
from collections import OrderedDict
from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from torc_site.web_server import patient_worker
from torc_site.web_server.patient_worker import PatientWorker

HEAD = b"POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n"


@pytest.fixture
def worker() -> Iterator[PatientWorker]:
    """Return a worker that accepts no connections of its own."""
    made = PatientWorker.__new__(PatientWorker)
    made.intakes, made.nr_conns = OrderedDict(), 0
    made.poller = selectors.DefaultSelector()
    yield made
    made.poller.close()


@pytest.fixture
def clients(worker: PatientWorker) -> Iterator[list[socket.socket]]:
    """Return three clients whose requests are incomplete."""
    pairs = [socket.socketpair() for _ in range(3)]
    for client, server in pairs:
        client.sendall(HEAD)
        worker.nr_conns += 1
        worker.enqueue_req(TConn(Config(), server, "", ""))
    yield [client for client, _ in pairs]
    for client, server in pairs:
        client.close()
        server.close()


def test_a_body_that_grows_gives_way_when_all_together_are_too_large(
    worker: PatientWorker, clients: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_worker, "MAX_WAITING_BYTES", 3 * len(HEAD) + 1000)
    clients[1].sendall(900 * b"x")
    worker.wait_for_and_dispatch_events(0)
    assert len(worker.intakes) == 3
    clients[1].sendall(200 * b"x")
    worker.wait_for_and_dispatch_events(0)
    assert (len(worker.intakes), worker.nr_conns) == (2, 2)
    assert clients[1].recv(100).startswith(b"HTTP/1.1 503 Service Unavailable\r\n")


def test_the_oldest_of_too_many_connections_gives_way(
    worker: PatientWorker, clients: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_worker, "MAX_WAITING", 2)
    clients[2].sendall(b"x")
    worker.wait_for_and_dispatch_events(0)
    assert (len(worker.intakes), worker.nr_conns) == (2, 2)
    assert clients[0].recv(100).startswith(b"HTTP/1.1 503 ")
