"""A browser without scripts, signed in with the link that the server prints."""

from __future__ import annotations

import re
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from bench.server import Server

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Browser:
    """A signed-in session of the local user."""

    def __init__(self, server: Server) -> None:
        self._url = server.installation.url
        self._jar = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._jar))
        printed = server.installation.torc("login-link")
        match = re.search(rf"{re.escape(self._url)}/sign-in/\S+", printed)
        assert match, printed
        self._sign_in(match.group())

    def _sign_in(self, link: str) -> None:
        with self._opener.open(link, timeout=60) as page:
            token = _TOKEN.search(page.read().decode())
        assert token, link
        form = urlencode({"csrfmiddlewaretoken": token.group(1)}).encode()
        self._opener.open(Request(link, form, {"Origin": self._url}), timeout=60).close()

    @property
    def cookie(self) -> str:
        """The Cookie header of the session."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar)

    def get(self, path: str) -> bytes:
        """Return the body of a page."""
        with self._opener.open(self._url + path, timeout=120) as page:
            assert "/sign-in" not in page.url, page.url
            body: bytes = page.read()
            return body
