"""Requests to the server: headers, paging, errors, and retries inside a job."""

import os
import sys
import time

from torc_cli.errors import CliError, Unreachable, UsageError
from torc_cli.http import plain_socket
from torc_cli.http.plain_socket import Reply
from torc_cli.http.server import Server, locate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from torc_cli.line.arguments import Call

TIMEOUT = 120.0
PAGE_SIZE = 10_000
_LONGEST_PAUSE = 10.0
_PROXIES = ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def quote(text: str) -> str:
    """Percent-encode `text` for a query."""
    raw = text.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in raw)


def query_of(**parameters: "str | int | bool | None") -> str:
    """Return `?a=1&b=2` of the parameters that are not None; an empty text if all are."""
    pairs = [
        f"{key}={quote(str(value).lower() if isinstance(value, bool) else str(value))}"
        for key, value in parameters.items()
        if value is not None
    ]
    return "?" + "&".join(pairs) if pairs else ""


def connect(call: "Call") -> "Client":
    """Return a client for the server that options and environment name."""
    return Client(server_of(call), retry_seconds())


def server_of(call: "Call") -> Server:
    """Return the server that options and environment name."""
    return locate(call.text("url"), call.text("token"))


def rows_of(call: "Call", path: str, **query: "Any") -> "list[Any]":
    """Return the rows of a list, as many and in the order that the options of the call say."""
    return connect(call).items(
        path,
        call.amount("limit"),
        call.amount("offset") or 0,
        sort_by=call.text("sort_by"),
        reverse_sort=True if call.flag("reverse_sort") else None,
        **query,
    )


def retry_seconds() -> float:
    """Return for how long a server that is away is tried again: not at all for people."""
    if not os.environ.get("TORC_JOB_ID"):
        return 0.0
    text = os.environ.get("TORC_RETRY") or "1200"
    try:
        return max(0.0, float(text))
    except ValueError:
        raise UsageError(f"TORC_RETRY is '{text}'", "it is a number of seconds") from None


class Client:
    """Sends requests to one server, again and again for `retry_seconds` while it is away."""

    def __init__(self, server: Server, retry_seconds: float = 0.0) -> None:
        self.server = server
        self.retry_seconds = retry_seconds
        self.timeout = TIMEOUT

    def send(self, method: str, path: str, body: "bytes | None" = None) -> Reply:
        """Return the response to one request.

        Raises ErrorResponse for an error status and Unreachable when no response came.
        """
        reply = self._exchange_with_retries(method, path, body)
        if 200 <= reply.status < 300 and (reply.is_json or not reply.body):
            return reply
        from torc_cli.http.error_response import error_of

        raise error_of(reply, self.server)

    def text(self, path: str) -> str:
        """Return a response that is plain text."""
        return self.content(path).decode("utf-8", "replace")

    def content(self, path: str) -> bytes:
        """Return the bytes of a response that is not JSON."""
        return self.plain(path).body

    def plain(self, path: str) -> Reply:
        """Return a response that is not JSON."""
        reply = self._exchange_with_retries("GET", path, None)
        if reply.status == 200 and not reply.is_json:
            return reply
        from torc_cli.http.error_response import error_of

        raise error_of(reply, self.server)

    def json(self, method: str, path: str, body: "Any" = None) -> "Any":
        """Send a value as JSON and return the response's value; None when it is empty."""
        from torc_cli.screen import json_verbatim

        payload = None if body is None else json_verbatim.compact(body).encode()
        reply = self.send(method, path, payload)
        return json_verbatim.loads(reply.body.decode("utf-8", "replace")) if reply.body else None

    def items(self, path: str, limit: "int | None", offset: int = 0, **query: "Any") -> "list[Any]":
        """Return the rows of a list, page after page, or `limit` of them."""
        rows: list[Any] = []
        while limit is None or len(rows) < limit:
            size = PAGE_SIZE if limit is None else min(PAGE_SIZE, limit - len(rows))
            page = self.json("GET", path + query_of(offset=offset + len(rows), limit=size, **query))
            rows += page["items"]
            if not page.get("has_more") or not page["items"]:
                break
        return rows

    def _exchange_with_retries(self, method: str, path: str, body: "bytes | None") -> Reply:
        deadline = time.monotonic() + self.retry_seconds
        pause = 0.1
        while True:
            problem: CliError
            try:
                reply = self.exchange(method, path, body)
                if not is_worth_a_retry(method, reply.status):
                    return reply
                problem = CliError(f"the server answers {reply.status}")
            except Unreachable as error:
                reply, problem = None, error
                if error.was_sent and method == "POST":
                    raise
            # Many jobs lose the server at the same moment; they must not all come back at once.
            wait = pause * (0.75 + time.time_ns() % 1000 / 2000)
            if time.monotonic() + wait > deadline:
                if reply is not None:
                    return reply
                raise problem
            if pause == 0.1:
                sys.stderr.write(
                    f"torc: {problem.message}; trying again for up to {self.retry_seconds:.0f} s\n"
                )
            time.sleep(wait)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def exchange(self, method: str, path: str, body: "bytes | None") -> Reply:
        """Send one request once and return the response, whatever its status.

        Raises Unreachable when none came.
        """
        server = self.server
        headers = {"Host": server.host_header, "Accept": "application/json", "Connection": "close"}
        headers["User-Agent"] = "torc"
        if server.token:
            headers["Authorization"] = f"Bearer {server.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
            headers["Content-Length"] = str(len(body))
        elif method != "GET":
            headers["Content-Length"] = "0"
        try:
            return self._exchange(method, path, headers, body)
        except (OSError, plain_socket.UnsupportedReply) as error:
            raise _unreachable(server, error) from None

    def _exchange(
        self, method: str, path: str, headers: dict[str, str], body: "bytes | None"
    ) -> Reply:
        server = self.server
        proxied = not server.is_loopback and any(name in os.environ for name in _PROXIES)
        if server.scheme == "https" or proxied:
            from torc_cli.http import standard_library

            return standard_library.exchange(method, server.url + path, headers, body, self.timeout)
        lines = [f"{method} {server.base}{path} HTTP/1.0"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        message = "\r\n".join([*lines, "", ""]).encode("ascii") + (body or b"")
        try:
            return plain_socket.exchange(server.host, server.port, message, self.timeout)
        except plain_socket.UnsupportedReply as error:
            from torc_cli.http import standard_library

            return standard_library.parse(error.raw)


def is_worth_a_retry(method: str, status: int) -> bool:
    """Return whether the same request may succeed once the server is well again."""
    return status in (502, 503) or (status >= 500 and method != "POST")


def _unreachable(server: Server, error: Exception) -> Unreachable:
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return Unreachable(
        f"cannot reach the server at {server.url}: {why}",
        "start it with `torc up` or set TORC_API_URL",
        was_sent=not isinstance(error, plain_socket.NotSent),
    )
