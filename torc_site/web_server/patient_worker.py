"""A gunicorn worker whose threads never wait for a slow client.

gunicorn's threaded worker gives a connection to a thread as soon as its first byte has come, so
as many slow clients as there are threads stop the server. Here the loop that accepts connections
also reads each request, without blocking, and hands it to a thread once it is complete. Requests
that take too long are closed, and the number of incomplete ones is limited.
"""

from __future__ import annotations

import selectors
import socket
import struct
import time
from collections import OrderedDict
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

from torc_site.web_server.request_intake import Intake, Progress
from web.body_limits import SPEC_BODY_LIMIT
from web.headers import SECURITY_HEADERS

SEND_SECONDS = 30
"""A thread waits this long for a client to take more of its response."""
RECEIVE_SECONDS = 1
"""A thread waits this long for bodies that are refused, which the loop does not read."""
MAX_WAITING = 500
"""Connections of one process with incomplete requests; beyond it the oldest is closed."""
MAX_WAITING_BYTES = 128 * 2**20
"""Bytes of all incomplete requests together."""
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Reads requests in its loop and responds to them in its threads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.intakes: OrderedDict[TConn, Intake] = OrderedDict()

    def enqueue_req(self, conn: TConn) -> None:
        """Begin to read the next request of a connection; a thread gets it once it is complete."""
        conn.sock.setblocking(False)
        intake = Intake(time.monotonic(), SPEC_BODY_LIMIT)
        if conn.parser is None:
            _limit_waits(conn.sock)
        else:
            intake.take(conn.parser.unreader.take_buffered())
        self.intakes[conn] = intake
        self._read(conn, conn.sock)
        if conn in self.intakes:
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read, conn))

    def murder_pending(self) -> None:
        """Close connections whose request is late; the loop calls this once a second."""
        super().murder_pending()
        now = time.monotonic()
        for conn, intake in list(self.intakes.items()):
            if now > intake.deadline or not self.alive:
                self._drop(conn, 408 if intake.has_begun else None)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Respond to what is not HTTP, with the headers that every response of ours has."""
        super().handle_error(req, _HeaderSocket(client), addr, exc)

    def _read(self, conn: TConn, client: socket.socket) -> None:
        intake = self.intakes[conn]
        try:
            while intake.progress is Progress.INCOMPLETE:
                data = client.recv(intake.n_next)
                if not data:
                    self._drop(conn)
                    return
                intake.take(data)
                if intake.expects_continue():
                    client.send(CONTINUE)
        except BlockingIOError:
            self._make_room()
            return
        except OSError:
            self._drop(conn)
            return
        if intake.progress is Progress.TOO_LARGE:
            self._drop(conn, 431)
        else:
            self._hand_over(conn, intake)

    def _hand_over(self, conn: TConn, intake: Intake) -> None:
        self._forget(conn)
        conn.data_ready = True
        conn.init()
        conn.parser.unreader.unread(intake.received())
        super().enqueue_req(conn)

    def _make_room(self) -> None:
        """Close the oldest of too many connections, or the largest if they have sent too much."""
        while len(self.intakes) > MAX_WAITING:
            self._drop(next(iter(self.intakes)), 503)
        while sum(intake.size for intake in self.intakes.values()) > MAX_WAITING_BYTES:
            self._drop(max(self.intakes, key=lambda conn: self.intakes[conn].size), 503)

    def _drop(self, conn: TConn, status: int | None = None) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        if status is not None:
            with suppress(OSError):
                util.write_error(_HeaderSocket(conn.sock), status, HTTPStatus(status).phrase, "")
        conn.close()

    def _forget(self, conn: TConn) -> None:
        del self.intakes[conn]
        with suppress(KeyError):  # it was not registered yet
            self.poller.unregister(conn.sock)


class _HeaderSocket:
    """A socket that adds the security headers to the response that is written to it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def sendall(self, data: bytes) -> None:
        """Send a response with the security headers."""
        status, _, rest = data.partition(b"\r\n")
        ours = "".join(f"{name}: {text}\r\n" for name, text in SECURITY_HEADERS.items())
        self._sock.sendall(status + b"\r\n" + ours.encode() + rest)


def _limit_waits(sock: socket.socket) -> None:
    """Limit how long a thread may wait; gunicorn makes the socket blocking."""
    for option, seconds in (
        (socket.SO_RCVTIMEO, RECEIVE_SECONDS),
        (socket.SO_SNDTIMEO, SEND_SECONDS),
    ):
        sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", seconds, 0))
