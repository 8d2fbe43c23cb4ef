"""A client that follows what runs on a server for as long as that server takes to come back."""

import time
from collections.abc import Callable

from torc_cli.errors import CliError, Unreachable
from torc_cli.http.client import TIMEOUT, Client, is_worth_a_retry, retry_seconds, server_of
from torc_cli.http.plain_socket import Reply
from torc_cli.http.server import Server, refuse_stranger
from torc_cli.line.arguments import Call
from torc_cli.screen import output
from torc_cli.screen.quantities import seconds_in_words

SECONDS_BEFORE_NOTE = 5.0
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0


def connect_patiently(call: Call) -> "PatientClient":
    """Return a patient client for the server that options and environment name."""
    return PatientClient(server_of(call), retry_seconds())


class PatientClient(Client):
    """Waits for a server that is away, and says so after five seconds, once for each outage.

    A server that has never answered may not be there at all: that is an error at once, or after
    `retry_seconds`. So is a request to create something that broke off, as it may have had its
    effect.

    Args:
        server: the server to talk to.
        retry_seconds: for how long a server that has not answered yet is tried again.
    """

    def __init__(self, server: Server, retry_seconds: float) -> None:
        super().__init__(server, retry_seconds)
        self.add_note: Callable[[str], None] = output.note
        self.was_repeated = False
        """The last request was sent more than once."""
        self._has_answered = False

    def _exchange_with_retries(self, method: str, path: str, body: "bytes | None") -> Reply:
        outage = _Outage()
        while True:
            # A frozen server accepts connections and never answers; a slow one must be waited for.
            self.timeout = min(SECONDS_BEFORE_NOTE * 2 ** min(outage.n_tries, 10), TIMEOUT)
            try:
                reply = self._first_or_next(method, path, body)
            except Unreachable as error:
                if not self._has_answered or (
                    error.was_sent and not _may_be_sent_twice(method, path)
                ):
                    raise
                problem: CliError = error
            else:
                self._has_answered = True
                if not is_worth_a_retry(method, reply.status):
                    self.was_repeated = outage.n_tries > 0
                    outage.end(self.add_note)
                    return reply
                problem = CliError(f"the server answers {reply.status}")
            outage.wait(problem, self.add_note)
            # Somebody else may have taken the port of a server that is away.
            refuse_stranger(self.server)

    def _first_or_next(self, method: str, path: str, body: "bytes | None") -> Reply:
        if self._has_answered:
            return self.exchange(method, path, body)
        self.timeout = TIMEOUT
        return super()._exchange_with_retries(method, path, body)


class _Outage:
    """The time in which a server has not answered one request."""

    def __init__(self) -> None:
        self.n_tries = 0
        self._began_at = time.monotonic()
        self._is_noted = False

    def wait(self, problem: CliError, add_note: Callable[[str], None]) -> None:
        """Pause before the next try; after five seconds say once what is waited for."""
        seconds = time.monotonic() - self._began_at
        if seconds >= SECONDS_BEFORE_NOTE and not self._is_noted:
            self._is_noted = True
            add_note(f"note: {problem.message}; waiting until it is back (Ctrl-C stops waiting)")
        time.sleep(min(_FIRST_PAUSE * 2 ** min(self.n_tries, 10), _LONGEST_PAUSE))
        self.n_tries += 1

    def end(self, add_note: Callable[[str], None]) -> None:
        """Say that the server is back, if it was said that it is away."""
        if self._is_noted:
            seconds = time.monotonic() - self._began_at
            add_note(f"note: the server is back after {seconds_in_words(seconds)}")


def _may_be_sent_twice(method: str, path: str) -> bool:
    """Return whether a request that may have had its effect does no harm when it comes again."""
    return method != "POST" or path.endswith("/run")
