"""HTTP through the standard library: https, proxies, and answers the small reader does not know."""

import io
from http.client import HTTPException, HTTPResponse
from typing import Any, cast
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from torc_cli.http.fast import BrokenReply, NotSent, Reply


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nothing: the token would travel to whoever the answer names."""


class _Bytes:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self.raw)


def exchange(
    method: str, url: str, headers: dict[str, str], body: bytes | None, timeout: float
) -> Reply:
    """Send one request and return the answer, whatever its status; OSError when there is none."""
    # The address was checked: it is http or https.
    request = Request(url, data=body, headers=headers, method=method)  # noqa: S310
    try:
        with build_opener(_NoRedirect).open(request, timeout=timeout) as answer:
            return _reply(answer)
    except HTTPError as error:
        with error:
            return _reply(error)
    except URLError as error:
        raise NotSent(str(error.reason)) from None
    except HTTPException as error:
        raise BrokenReply(f"the answer broke off: {error!r}") from None


def parse(raw: bytes) -> Reply:
    """Read a whole answer that has been received already; BrokenReply when it is none."""
    answer = HTTPResponse(cast("Any", _Bytes(raw)))
    try:
        answer.begin()
        return _reply(answer)
    except HTTPException as error:
        raise BrokenReply(f"the answer broke off: {error!r}") from None


def _reply(answer: Any) -> Reply:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Reply(answer.status, headers, answer.read())
