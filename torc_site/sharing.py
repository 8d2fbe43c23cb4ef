"""Live fragments that are rendered once for all viewers who may see the same.

A workflow that changes many times a second would be rendered anew for each poll of each viewer.
Polls share what another viewer was sent within the last second; a page that is opened, as after
an action, always shows the newest revision. Whoever asks has been let in before.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from torc_site.http import HtmxRequest
from torc_site.pages import Live

FRESH_SECONDS = 1.0
"""For so long a poll is content with an older revision."""
KEPT_SECONDS = 60

_TOKEN = secrets.token_hex(16)
"""Stands for each viewer's own CSRF token in what is shared."""


@dataclass(frozen=True, slots=True)
class _Rendered:
    revision: str
    made_at: float
    title: str
    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a live page shows."""

    fragment: str
    """The template of what is live."""
    context: Mapping[str, Any]
    title: str
    status: str
    """The status word that title and icon of the page tell."""
    live: Live


def shared_page(request: HtmxRequest, revision: str, show: Callable[[], Shown]) -> HttpResponse:
    """Answer with a page or its live fragment, rendered once per address and revision.

    Args:
        request: the page's request, or a poll of it, by somebody who may see it.
        revision: names what is to be shown now.
        show: finds what to show; asked only if nobody was shown the same.
    """
    known = request.GET.get("rev")
    query = request.GET.copy()
    query.pop("rev", None)
    request.GET = query  # type: ignore[assignment]  # links lead to pages, never to polls
    address = f"{request.path}?{query.urlencode()}"
    key = f"live-{sha256(address.encode()).hexdigest()}"
    found: _Rendered | None = cache.get(key)
    if found is None or not _serves(found, revision, is_poll=bool(request.htmx)):
        found = _render(request, revision, show())
        cache.set(key, found, KEPT_SECONDS)
    if request.htmx and found.revision == known:
        return HttpResponse(status=204)
    text = SafeString(found.text.replace(_TOKEN, get_token(request)))
    if request.htmx:
        return HttpResponse(text)
    head = {"standing": {"status": found.status}}
    return render(request, "shared.html", {"title": found.title, "head": head, "live_text": text})


def _serves(found: _Rendered, revision: str, *, is_poll: bool) -> bool:
    if found.revision == revision:
        return True
    return is_poll and time.monotonic() - found.made_at < FRESH_SECONDS


def _render(request: HtmxRequest, revision: str, shown: Shown) -> _Rendered:
    polled = request.GET.copy()
    polled["rev"] = revision
    whole = {
        **shown.context,
        "fragment": shown.fragment,
        "title": shown.title,
        "live_url": f"{request.path}?{polled.urlencode()}",
        "live_seconds": shown.live.seconds,
        "csrf_token": _TOKEN,
    }
    text = render_to_string("_live.html", whole, request)
    return _Rendered(revision, time.monotonic(), shown.title, shown.status, text)
