"""HTTP requests through the standard library: https, proxies, responses in chunks."""

import io
from http.client import HTTPException, HTTPResponse
from typing import Any, cast
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from torc_cli.http.plain_socket import BrokenReply, NotSent, Reply


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow no redirect: the token would go to whatever host the response names."""


class _Bytes:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self.raw)


def exchange(
    method: str, url: str, headers: dict[str, str], body: bytes | None, timeout: float
) -> Reply:
    """Send one request and return the response, whatever its status.

    Raises NotSent, BrokenReply or another OSError when none came.
    """
    # The address was checked: it is http or https.
    request = Request(url, data=body, headers=headers, method=method)  # noqa: S310
    try:
        with build_opener(_NoRedirect).open(request, timeout=timeout) as response:
            return _reply(response)
    except HTTPError as error:
        with error:
            return _reply(error)
    except URLError as error:
        raise NotSent(str(error.reason)) from None
    except HTTPException as error:
        raise BrokenReply(f"the response is incomplete: {error!r}") from None


def parse(raw: bytes) -> Reply:
    """Return the response that these bytes are, all received; BrokenReply when they are none."""
    response = HTTPResponse(cast("Any", _Bytes(raw)))
    try:
        response.begin()
        return _reply(response)
    except HTTPException as error:
        raise BrokenReply(f"the response is incomplete: {error!r}") from None


def _reply(response: Any) -> Reply:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status, headers, response.read())
