"""The address of the server and the token for it, from options, environment and data folder."""

import os

from torc_cli.errors import UsageError

BASE_PATH = "/torc-service/v1"
_PRINTABLE = range(0x21, 0x7F)


class Server:
    """A server's address, the token for it, and where that token came from."""

    __slots__ = ("base", "host", "host_header", "port", "scheme", "token", "token_source")

    def __init__(self, url: str) -> None:
        self.token = ""
        self.token_source = ""
        scheme, separator, rest = url.partition("://")
        self.scheme = scheme.lower()
        if self.scheme not in ("http", "https") or not separator or not _is_plain(url):
            raise _bad_url(url, "it starts with http:// or https:// and has no spaces")
        self.host_header, slash, path = rest.partition("/")
        if "@" in self.host_header or "?" in rest or "#" in rest:
            raise _bad_url(url, "no user name, `?` or `#` in it; the token goes into TORC_TOKEN")
        self.base = (slash + path).rstrip("/") or BASE_PATH
        self.host, self.port = _host_and_port(url, self.host_header, self.scheme)

    @property
    def url(self) -> str:
        """The address with the base path, without the token."""
        return f"{self.scheme}://{self.host_header}{self.base}"

    @property
    def is_loopback(self) -> bool:
        """The address is this machine's own."""
        host = self.host
        parts = host.split(".")
        is_v4 = len(parts) == 4 and parts[0] == "127" and all(part.isdigit() for part in parts)
        return is_v4 or host in ("localhost", "::1")


def locate(url: "str | None", token: "str | None") -> Server:
    """Return the server to talk to; the arguments are the options --url and --token.

    Raises UsageError for a malformed address or token, and when the token of the data folder would
    go to somebody else's server.
    """
    environ = os.environ
    port = environ.get("TORC_PORT") or "8080"
    server = Server(url or environ.get("TORC_API_URL") or f"http://localhost:{port}{BASE_PATH}")
    if token is not None:
        server.token, server.token_source = token.strip(), "--token"
    elif environ.get("TORC_TOKEN"):
        server.token, server.token_source = environ["TORC_TOKEN"].strip(), "TORC_TOKEN"
    elif server.is_loopback:
        server.token, server.token_source = _token_from(token_path())
        refuse_stranger(server)
    if not _is_plain(server.token):
        raise UsageError(f"the token in {server.token_source} has characters that no token has")
    return server


def refuse_stranger(server: Server) -> None:
    """Raise UsageError if the token of the data folder would go to another user's server."""
    if not server.token or server.token_source != token_path():
        return
    from torc_cli.http.listeners import stranger_at

    uid = stranger_at(server.port, os.geteuid())
    if uid is not None:
        raise UsageError(
            f"port {server.port} of this machine is another user's (user id {uid}); the token of"
            f" {data_folder()} is not sent there",
            "set TORC_PORT to the port of your server, or TORC_TOKEN to a token of that server",
        )


def data_folder() -> str:
    """Return the data folder of a server on this machine."""
    return os.environ.get("TORC_DATA_DIR") or os.path.expanduser("~/.local/share/torc")


def token_path() -> str:
    """Return the file in which a server on this machine leaves the token of its user."""
    return os.path.join(data_folder(), "token")


def _token_from(path: str) -> tuple[str, str]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return "", ""
    try:
        # A file that somebody else may write could send us to work on their server.
        status = os.fstat(handle)
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            return "", ""
        return os.read(handle, 4096).decode("ascii", "replace").strip(), path
    except OSError:
        return "", ""
    finally:
        os.close(handle)


def _is_plain(text: str) -> bool:
    return all(ord(character) in _PRINTABLE for character in text)


def _bad_url(url: str, why: str) -> UsageError:
    return UsageError(f"'{url}' is not a server address", why)


def _host_and_port(url: str, authority: str, scheme: str) -> tuple[str, int]:
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        host, port = authority, "443" if scheme == "https" else "80"
    host = host.removeprefix("[").removesuffix("]").lower()
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise _bad_url(url, "like http://localhost:8080/torc-service/v1")
    return host, int(port)
