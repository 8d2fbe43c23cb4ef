"""`python -m bench.viewer_process PORT PATH COOKIE VIEWERS SECONDS`: viewers of one live page.

Each has a connection of its own, opens the page and then asks for its fragment as its script
does. Prints a line when all have opened it, and later one JSON object: the seconds that each poll
took from then on, and how many found nothing new.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import unescape

_POLL = re.compile(r'<div id="live"[^>]* hx-get="([^"]+)" hx-trigger="every (\d+)s"')
_COMING_SECONDS = 10.0
"""Within which the viewers open the page, each at a random moment."""


@dataclass(slots=True)
class Polls:
    """The polls of all viewers."""

    n_awaited: int
    """Viewers that have not opened the page yet."""
    seconds: list[float] = field(default_factory=list)
    n_unchanged: int = 0

    def note_arrival(self) -> None:
        """Count a viewer that has opened the page; begin to measure after the last one."""
        self.n_awaited -= 1
        if not self.n_awaited:
            self.seconds.clear()
            self.n_unchanged = 0
            print("all are here", flush=True)


class Viewer:
    """One page in one browser."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        self._head = f"Host: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"

    async def watch(self, path: str, until: float, polls: Polls) -> None:
        """Open the page and poll it until then."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        page = await self._get(path, "")
        polls.note_arrival()
        while match := _POLL.search(page):
            poll, interval = unescape(match[1]), int(match[2])
            page = await self._follow(poll, interval, until, polls)
        self._writer.close()

    async def _follow(self, poll: str, interval: int, until: float, polls: Polls) -> str:
        """Poll until the page changes; return the new fragment, empty when the time is over."""
        while time.monotonic() + interval < until:
            await asyncio.sleep(interval)
            before = time.monotonic()
            fragment = await self._get(poll, "HX-Request: true\r\n")
            polls.seconds.append(time.monotonic() - before)
            if fragment:
                return fragment
            polls.n_unchanged += 1
        return ""

    async def _get(self, path: str, more: str) -> str:
        self._writer.write(f"GET {path} HTTP/1.1\r\n{self._head}{more}\r\n".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        status = int(head.split(" ", 2)[1])
        assert status in (200, 204), head
        return (await self._body(head.lower())).decode()

    async def _body(self, head: str) -> bytes:
        if "transfer-encoding: chunked" in head:
            return b"".join([chunk async for chunk in self._chunks()])
        length = re.search(r"\r\ncontent-length: (\d+)", head)
        return await self._reader.readexactly(int(length[1])) if length else b""

    async def _chunks(self) -> AsyncIterator[bytes]:
        size = -1
        while size:
            size = int(await self._reader.readline(), 16)
            chunk = await self._reader.readexactly(size + 2)
            yield chunk[:size]


async def watch_together(
    port: int, path: str, cookie: str, n_viewers: int, seconds: float
) -> Polls:
    """Let so many viewers open a page, and watch it together for so many seconds."""
    polls = Polls(n_viewers)
    until = time.monotonic() + _COMING_SECONDS + seconds

    async def viewer() -> None:
        await asyncio.sleep(random.uniform(0, _COMING_SECONDS))
        await Viewer(port, cookie).watch(path, until, polls)

    await asyncio.gather(*(viewer() for _ in range(n_viewers)))
    return polls


if __name__ == "__main__":
    port, path, cookie, n_viewers, seconds = sys.argv[1:]
    polls = asyncio.run(watch_together(int(port), path, cookie, int(n_viewers), float(seconds)))
    print(json.dumps({"seconds": polls.seconds, "n_unchanged": polls.n_unchanged}))
