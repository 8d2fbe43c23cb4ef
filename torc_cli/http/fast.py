"""One HTTP request over a plain socket: importing http.client costs more than a whole `get`."""

import _socket

_CHUNK = 65536


class Reply:
    """An HTTP answer; header names are in lower case."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def is_json(self) -> bool:
        """The body is JSON, problem details included."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip()
        return kind == "application/json" or kind.endswith("+json")


class NotSent(OSError):
    """The connection was not made, so the request had no effect."""


class BrokenReply(OSError):
    """The connection ended before the whole answer was there."""


class OddReply(Exception):
    """The answer, kept in `raw`, needs a full HTTP reader."""

    def __init__(self, raw: bytes) -> None:
        super().__init__("an answer that the small reader does not know")
        self.raw = raw


def exchange(host: str, port: int, message: bytes, timeout: float) -> Reply:
    """Send `message` and return the answer.

    Raises NotSent or another OSError when there is none, OddReply when it is not a simple one.
    """
    sock = _connect(host, port, timeout)
    try:
        sock.sendall(message)
        return _read(sock)
    finally:
        sock.close()


def _connect(host: str, port: int, timeout: float) -> _socket.socket:
    # The resolver costs a millisecond, and the server listens on IPv4 only.
    name = b"127.0.0.1" if host == "localhost" else host.encode("ascii")
    problem: OSError = OSError("no address")
    try:
        found = _socket.getaddrinfo(name, port, 0, _socket.SOCK_STREAM)
    except OSError as error:
        raise NotSent(error.errno, error.strerror) from None
    for family, kind, protocol, _, address in found:
        sock = _socket.socket(family, kind, protocol)
        sock.settimeout(timeout)
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            problem = error
        else:
            return sock
    raise NotSent(problem.errno, problem.strerror or str(problem))


def _read(sock: _socket.socket) -> Reply:
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(_CHUNK)
        if not more:
            raise BrokenReply("the server closed the connection without an answer")
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    status, headers = _head(head)
    length = headers.get("content-length", "")
    if status < 200 or "transfer-encoding" in headers or not (length.isdigit() or length == ""):
        raise OddReply(data + _remainder(sock, -1))
    if status in (204, 304):
        return Reply(status, headers, b"")
    wanted = int(length) if length else -1
    body = rest + _remainder(sock, wanted - len(rest) if wanted >= 0 else -1)
    if len(body) < wanted:
        raise BrokenReply("the server closed the connection in the middle of its answer")
    return Reply(status, headers, body if wanted < 0 else body[:wanted])


def _head(head: bytes) -> tuple[int, dict[str, str]]:
    lines = head.decode("latin-1").split("\r\n")
    version, _, rest = lines[0].partition(" ")
    if not version.startswith("HTTP/1.") or not rest[:3].isdigit():
        raise BrokenReply("what answers there does not speak HTTP")
    pairs = (line.partition(":") for line in lines[1:])
    return int(rest[:3]), {name.strip().lower(): value.strip() for name, _, value in pairs}


def _remainder(sock: _socket.socket, wanted: int) -> bytes:
    parts = []
    while wanted != 0:
        part = sock.recv(_CHUNK if wanted < 0 else min(_CHUNK, wanted))
        if not part:
            break
        parts.append(part)
        wanted -= len(part) if wanted > 0 else 0
    return b"".join(parts)
