"""How a page follows what it shows: one live fragment, polled by revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from web.requests import HtmxRequest

BUSY_SECONDS = 2
IDLE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Live:
    """How a page follows what it shows: by asking for its fragment again."""

    revision: str
    """Names what is shown; while it stays the same there is nothing to send."""
    seconds: int | None
    """The interval; None once nothing can change any more."""


def heartbeat(now: datetime) -> int:
    """Return a number that changes every few seconds, for pages that show running times."""
    return int(now.timestamp()) // IDLE_SECONDS


def unchanged(request: HtmxRequest, revision: str) -> HttpResponse | None:
    """Return the empty answer to a poll whose page shows this revision already, else None."""
    if request.htmx and request.GET.get("rev") == revision:
        return HttpResponse(status=204)
    return None


def live_page(
    request: HtmxRequest,
    fragment: str,
    context: Mapping[str, Any],
    *,
    title: str,
    live: Live,
    status: str = "",
) -> HttpResponse:
    """Render a whole page, or only its live fragment if the request is a poll.

    Args:
        request: the page's request, or a poll of it.
        fragment: the template of what is live.
        context: what the template shows.
        title: of the page.
        live: how the page goes on following.
        status: the word that the page's title and icon show; empty for none.
    """
    context = {
        "header": None,
        **context,
        "fragment": fragment,
        "title": title,
        "page_status": status,
        "live_url": _poll_url(request, live.revision),
        "live_seconds": live.seconds,
    }
    return render(request, "_live.html" if request.htmx else "live.html", context)


def _poll_url(request: HtmxRequest, revision: str) -> str:
    """Return the address of the next poll; take an older one's revision out of the request."""
    query = request.GET.copy()
    query.pop("rev", None)
    request.GET = query  # type: ignore[assignment]  # links in the fragment lead to pages
    poll = query.copy()
    poll["rev"] = revision
    return f"{request.path}?{poll.urlencode()}"
