"""A server of canned answers, and a way to run `torc` against it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

BASE = "/torc-service/v1"
Answer = Callable[["Request"], tuple[int, Any]]


@dataclass
class Request:
    """What the stub was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)


@dataclass
class Stub:
    """Canned answers by 'METHOD /path', and the requests that came."""

    port: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address that clients are given."""
        return f"http://localhost:{self.port}{BASE}"

    def on(self, what: str, *answers: Any) -> None:
        """Answer `what` with each of `answers` in turn, the last one for ever.

        An answer is a JSON value, or (status, value), (status, text, content type), or a function
        that makes one of the request; a fourth member are further headers.
        """
        self.answers[what] = list(answers)

    def asked(self, what: str) -> list[Request]:
        """Return the requests of one kind."""
        return [request for request in self.requests if f"{request.method} {request.path}" == what]


def page(*items: Any) -> dict[str, Any]:
    """Return a list as the server pages it."""
    count = len(items)
    counts = {"offset": 0, "max_limit": 10000, "count": count, "total_count": count}
    return {"items": list(items), **counts, "has_more": False}


def progress_of(counts: dict[str, int], **changes: Any) -> dict[str, Any]:
    """Return the progress of a started workflow as the server answers it."""
    return {
        "run_id": 1,
        "is_started": True,
        "is_complete": False,
        "is_canceled": False,
        "counts": counts,
        "unplaceable": [],
        "waiting_reason": None,
        "workers_online": 1,
        **changes,
    }


def problem(status: int, code: str, detail: str, **more: Any) -> tuple[int, Any, str]:
    """Return an error as the server words it."""
    body = {"status": status, "code": code, "detail": detail, "error": {"message": detail}, **more}
    return status, body, "application/problem+json"


def log_part(
    content: bytes, request: Request, *, is_complete: bool = True, source: str = "file"
) -> tuple[int, str, str, dict[str, str]]:
    """Return the part of a log, in ASCII, that a request asks for, as the server answers it."""
    limit = int(request.query.get("limit", 262_144))
    offset = int(request.query.get("offset", max(len(content) - limit, 0)))
    headers = {
        "X-Log-Offset": str(offset),
        "X-Log-Size": str(len(content)),
        "X-Log-Result-Id": "5",
        "X-Log-Is-Complete": str(is_complete).lower(),
        "X-Log-Source": source,
    }
    return 200, content[offset : offset + limit].decode(), "text/plain", headers


def _encoded(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    parts = answer if isinstance(answer, tuple) else (200, answer)
    defaults: tuple[Any, ...] = (200, None, "application/json", {})
    status, value, kind, headers = (*parts, *defaults[len(parts) :])
    text = value if isinstance(value, str) else json.dumps(value)
    body = b"" if value is None and status == 204 else text.encode()
    return status, body, {"Content-Type": kind, **headers}


class _Handler(BaseHTTPRequestHandler):
    stub: Stub

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            self.command,
            parts.path.removeprefix(BASE),
            {name: values[0] for name, values in parse_qs(parts.query).items()},
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length).decode(),
        )
        self.stub.requests.append(request)
        waiting = self.stub.answers.get(f"{request.method} {request.path}")
        canned = waiting.pop(0) if waiting and len(waiting) > 1 else (waiting or [None])[0]
        if canned is None:
            canned = problem(404, "not_found", f"There is no {request.path}.")
        status, body, headers = _encoded(canned(request) if callable(canned) else canned)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Stub]:
    """Serve canned answers on a free port."""
    stub = Stub()
    handler = type("Handler", (_Handler,), {"stub": stub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    stub.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
