"""Parts of the log of one attempt."""

from torc_cli.errors import CliError
from torc_cli.http.client import Client, query_of

MAX_PART = 262_144
"""The most bytes that a server sends in one response."""


class LogPart:
    """A part of a log and its place in the whole; sizes and offsets in bytes."""

    __slots__ = ("content", "is_complete", "is_file", "next_offset", "offset", "result_id", "size")

    def __init__(self, content: bytes, headers: "dict[str, str]") -> None:
        self.content = content
        self.offset = int(headers.get("x-log-offset", 0))
        self.next_offset = self.offset + len(content)
        self.size = int(headers.get("x-log-size", self.next_offset))
        self.result_id = headers.get("x-log-result-id")
        self.is_complete = headers.get("x-log-is-complete") != "false"
        self.is_file = headers.get("x-log-source") != "stored-end"


class LogReader:
    """Reads the log of one attempt; that of a job is the log of the attempt that it has first."""

    def __init__(self, client: Client, path: str) -> None:
        self._client = client
        self._path = path
        self._next_offset: int | None = None

    def read(self, offset: "int | None", limit: "int | None") -> LogPart:
        """Return the part from a byte on, or the end of the log for None.

        Raises CliError when the log is no longer what earlier parts came from.
        """
        query = query_of(offset=offset, limit=min(MAX_PART if limit is None else limit, MAX_PART))
        reply = self._client.plain(self._path + query)
        part = LogPart(reply.body, reply.headers)
        if self._next_offset == offset is not None and part.offset != offset:
            raise CliError("the log was replaced while it was read", "what was printed is not all")
        if part.result_id:
            stream = self._path.rpartition("/")[2]
            self._path = f"/results/{part.result_id}/logs/{stream}"
        self._next_offset = part.next_offset
        return part
