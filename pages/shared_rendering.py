"""Live fragments that are rendered once for all viewers who may see the same.

A workflow that changes many times a second would be rendered anew for each poll of each viewer.
Polls are sent what another viewer was sent shortly before, as the rule of `workflows.cache` allows;
a page that is opened, as after an action, always shows the newest revision.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from pages.live import BUSY_SECONDS, Live
from web.requests import HtmxRequest
from workflows.cache import AnswerCache

MAX_CHARACTERS = 15_000_000
"""In all kept fragments together."""
REST_SECONDS = 1.5
"""For so long a poll is content with an older revision, however quickly it was rendered."""
MAX_AGE_SECONDS = 60
"""Fragments say how long ago things happened, so an old one is wrong even if nothing changed."""

RENDERINGS = AnswerCache(
    MAX_CHARACTERS,
    cheap_seconds=0,
    min_rest=REST_SECONDS,
    # Pages poll no sooner than that, so nobody is sent anything older than what he sees.
    max_rest=BUSY_SECONDS,
    max_age=MAX_AGE_SECONDS,
)

_TOKEN = secrets.token_hex(16)
"""Stands for each viewer's own CSRF token in what is shared."""


@dataclass(frozen=True, slots=True)
class PageContent:
    """What a live page shows."""

    fragment: str
    """The template of what is live."""
    context: Mapping[str, Any]
    title: str
    status: str
    """The status word that the page's title and icon show."""
    live: Live


@dataclass(frozen=True, slots=True)
class PageState:
    """The newest state of a page."""

    revision: str
    load_content: Callable[[], PageContent]
    """Called only if this revision has not been rendered for anybody."""


@dataclass(frozen=True, slots=True)
class _Rendering:
    revision: str
    title: str
    status: str
    text: str


def shared_page(
    request: HtmxRequest, check: Callable[[], object], load_state: Callable[[], PageState]
) -> HttpResponse:
    """Answer with a page or its live fragment, rendered once per address and revision.

    Args:
        request: the page's request, or a poll of it.
        check: raises for somebody who may not see the page.
        load_state: raises the same, and returns the newest state.
    """
    known = _pop_revision(request)
    key = sha256(f"{request.path}?{request.GET.urlencode()}".encode()).digest()
    if not request.htmx:
        return _page(request, _render_once(request, key, load_state(), must_be_current=True))
    rendering: _Rendering | None = RENDERINGS.resting(key)
    if rendering is not None:
        check()
    else:
        state = load_state()
        if state.revision == known:
            return HttpResponse(status=204)
        rendering = _render_once(request, key, state, must_be_current=False)
    if rendering.revision == known:
        return HttpResponse(status=204)
    return HttpResponse(_with_token(request, rendering))


def _pop_revision(request: HtmxRequest) -> str | None:
    """Take the revision out of the request: links lead to pages, never to polls."""
    query = request.GET.copy()
    known = query.pop("rev", [None])[-1]
    request.GET = query  # type: ignore[assignment]
    return known


def _render_once(
    request: HtmxRequest, key: bytes, state: PageState, *, must_be_current: bool
) -> _Rendering:
    return RENDERINGS.get(
        key,
        state.revision,
        lambda: _render(request, state.revision, state.load_content()),
        size=lambda rendering: len(rendering.text),
        must_be_current=must_be_current,
    )


def _page(request: HtmxRequest, rendering: _Rendering) -> HttpResponse:
    context = {
        "title": rendering.title,
        "page_status": rendering.status,
        "live_text": _with_token(request, rendering),
    }
    return render(request, "shared.html", context)


def _with_token(request: HtmxRequest, rendering: _Rendering) -> SafeString:
    return SafeString(rendering.text.replace(_TOKEN, get_token(request)))


def _render(request: HtmxRequest, revision: str, content: PageContent) -> _Rendering:
    polled = request.GET.copy()
    polled["rev"] = revision
    context = {
        "header": None,
        **content.context,
        "page_status": content.status,
        "fragment": content.fragment,
        "title": content.title,
        "live_url": f"{request.path}?{polled.urlencode()}",
        "live_seconds": content.live.seconds,
        "csrf_token": _TOKEN,
    }
    text = render_to_string("_live.html", context, request)
    return _Rendering(revision, content.title, content.status, text)
