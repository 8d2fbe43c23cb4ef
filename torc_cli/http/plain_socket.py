"""One HTTP request over a plain socket: importing http.client costs more than a whole `get`."""

import _socket

_CHUNK = 65536


class Reply:
    """An HTTP response; header names are in lower case."""

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
    """No connection could be made, so the request had no effect."""


class BrokenReply(OSError):
    """The connection ended before the whole response had come."""


class UnsupportedReply(Exception):
    """The response is in chunks, or in another form that is not read here; `raw` is all of it."""

    def __init__(self, raw: bytes) -> None:
        super().__init__("a response that only the standard library can read")
        self.raw = raw


def exchange(host: str, port: int, message: bytes, timeout: float) -> Reply:
    """Send `message`, a whole HTTP request, and return the response.

    Raises NotSent or another OSError when none came, UnsupportedReply when it is in chunks.
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
        addresses = _socket.getaddrinfo(name, port, 0, _socket.SOCK_STREAM)
    except OSError as error:
        raise NotSent(error.errno, error.strerror) from None
    for family, kind, protocol, _, address in addresses:
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
        part = sock.recv(_CHUNK)
        if not part:
            raise BrokenReply("the server closed the connection without a response")
        data += part
    head, _, rest = data.partition(b"\r\n\r\n")
    status, headers = _head(head)
    length = headers.get("content-length", "")
    if status < 200 or "transfer-encoding" in headers or not (length.isdigit() or length == ""):
        raise UnsupportedReply(data + _remainder(sock, -1))
    if status in (204, 304):
        return Reply(status, headers, b"")
    n_bytes = int(length) if length else -1
    body = rest + _remainder(sock, n_bytes - len(rest) if n_bytes >= 0 else -1)
    if len(body) < n_bytes:
        raise BrokenReply("the server closed the connection in the middle of its response")
    return Reply(status, headers, body if n_bytes < 0 else body[:n_bytes])


def _head(head: bytes) -> tuple[int, dict[str, str]]:
    lines = head.decode("latin-1").split("\r\n")
    version, _, rest = lines[0].partition(" ")
    if not version.startswith("HTTP/1.") or not rest[:3].isdigit():
        raise BrokenReply("the program at that address does not speak HTTP")
    pairs = (line.partition(":") for line in lines[1:])
    return int(rest[:3]), {name.strip().lower(): value.strip() for name, _, value in pairs}


def _remainder(sock: _socket.socket, n_bytes: int) -> bytes:
    """Return that many more bytes, fewer when the connection ends; all of them for -1."""
    parts = []
    while n_bytes != 0:
        part = sock.recv(_CHUNK if n_bytes < 0 else min(_CHUNK, n_bytes))
        if not part:
            break
        parts.append(part)
        n_bytes -= len(part) if n_bytes > 0 else 0
    return b"".join(parts)
