"""Live fragments that are rendered once for all viewers who may see the same.

A workflow that changes many times a second would be rendered anew for each poll of each viewer.
Polls share what another viewer was sent a moment ago, and while one of them waits for a new
fragment the others are sent the old one; a page that is opened, as after an action, always shows
the newest revision.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from pages.live import BUSY_SECONDS, Live
from web.requests import HtmxRequest

FRESH_SECONDS = 1.5
"""For so long a poll is content with an older revision."""
OLDEST_SECONDS = float(BUSY_SECONDS)
"""For so long while a newer one is being made. Pages poll no sooner than that, so nobody is sent
anything older than what he sees."""
KEPT_SECONDS = 60

_TOKEN = secrets.token_hex(16)
"""Stands for each viewer's own CSRF token in what is shared."""


@dataclass(frozen=True, slots=True)
class _Rendered:
    revision: str
    made_at: float
    """When it was known to be the newest."""
    title: str
    status: str
    text: str

    @property
    def age(self) -> float:
        """Return for how many seconds it may not have been the newest."""
        return time.monotonic() - self.made_at


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


@dataclass(frozen=True, slots=True)
class Looked:
    """What there is to be seen now."""

    revision: str
    show: Callable[[], Shown]
    """Finds what to show; asked only if nobody was shown the same."""


def shared_page(
    request: HtmxRequest, check: Callable[[], object], look: Callable[[], Looked]
) -> HttpResponse:
    """Answer with a page or its live fragment, rendered once per address and revision.

    Args:
        request: the page's request, or a poll of it.
        check: raises for somebody who may not see the page.
        look: raises the same, and finds the revision.
    """
    known = _forget_revision(request)
    key = f"live-{sha256(f'{request.path}?{request.GET.urlencode()}'.encode()).hexdigest()}"
    found: _Rendered | None = cache.get(key)
    if not request.htmx:
        return _page(request, _newest(request, key, found, look()))
    if found is not None and _serves(key, found):
        check()
        return _fragment(request, found, known)
    try:
        looked = look()
        if looked.revision == known and found is None:
            return HttpResponse(status=204)
        return _fragment(request, _newest(request, key, found, looked), known)
    finally:
        cache.delete(_making(key))


def _forget_revision(request: HtmxRequest) -> str | None:
    """Take the revision out of the request: links lead to pages, never to polls."""
    query = request.GET.copy()
    known = query.pop("rev", [None])[-1]
    request.GET = query  # type: ignore[assignment]
    return known


def _serves(key: str, found: _Rendered) -> bool:
    """Whether a poll is content with it; if not, others are while this one makes a new one."""
    if found.age < FRESH_SECONDS:
        return True
    is_first = cache.add(_making(key), True, OLDEST_SECONDS)
    return not is_first and found.age < OLDEST_SECONDS


def _making(key: str) -> str:
    return f"{key}-is-being-made"


def _newest(request: HtmxRequest, key: str, found: _Rendered | None, looked: Looked) -> _Rendered:
    began = time.monotonic()
    if found is not None and found.revision == looked.revision:
        found = replace(found, made_at=began)
    else:
        found = _render(request, looked.revision, looked.show(), began)
    cache.set(key, found, KEPT_SECONDS)
    return found


def _fragment(request: HtmxRequest, found: _Rendered, known: str | None) -> HttpResponse:
    if found.revision == known:
        return HttpResponse(status=204)
    return HttpResponse(_personal(request, found))


def _page(request: HtmxRequest, found: _Rendered) -> HttpResponse:
    head = {"status": {"word": found.status}}
    text = _personal(request, found)
    return render(request, "shared.html", {"title": found.title, "head": head, "live_text": text})


def _personal(request: HtmxRequest, found: _Rendered) -> SafeString:
    return SafeString(found.text.replace(_TOKEN, get_token(request)))


def _render(request: HtmxRequest, revision: str, shown: Shown, began: float) -> _Rendered:
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
    return _Rendered(revision, began, shown.title, shown.status, text)
