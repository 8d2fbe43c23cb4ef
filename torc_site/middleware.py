"""Rules that hold for every request: headers, hosts, origins, bodies, sign-in."""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from torc_site.errors import database_error, is_api, refusal, session_ended, wants_fragment
from web.body_limits import body_limit
from web.headers import SECURITY_HEADERS

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ContentSecurityPolicyMiddleware:
    """Gives the request an id and every response the security headers; it comes first."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; headers that a view has set stay."""
        request_id = secrets.token_hex(8)
        request.request_id = request_id  # type: ignore[attr-defined]
        response = self.get_response(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("X-Request-ID", request_id)
        if not request.path_info.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class HostAndOriginMiddleware:
    """Refuses foreign hosts and cross-site requests on every route, static files included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on only requests of our own pages, and of programs that are no browsers."""
        try:
            host = request.get_host()
        except DisallowedHost:
            return refusal(
                request,
                400,
                "foreign_host",
                "This server does not answer under that host name.",
                "Use the address that the server printed, or add the name to TORC_ALLOWED_HOSTS.",
            )
        if is_cross_site(request.method or "", request.headers, host):
            return refusal(
                request,
                403,
                "cross_site",
                "A request that comes from another site is refused.",
                "Open Torc's own page and try again there.",
            )
        return self.get_response(request)


def is_cross_site(method: str, headers: Any, host: str) -> bool:
    """Return whether a browser sent this request on behalf of another site.

    Args:
        method: the HTTP method; other sites may link to our pages with GET and HEAD.
        headers: of the request; a mapping that ignores case.
        host: our own host and port, as the request names it.
    """
    site = headers.get("Sec-Fetch-Site")
    if site in ("same-origin", "none"):
        return False
    if method in ("GET", "HEAD"):
        is_page_visit = (
            headers.get("Sec-Fetch-Mode") == "navigate"
            and headers.get("Sec-Fetch-Dest", "document") == "document"
        )
        return site is not None and not is_page_visit
    if site is not None:
        return True
    origin = headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != host


class BodyRulesMiddleware:
    """Refuses bodies of a wrong size or kind by their headers, before they are read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on uncompressed bodies that state a size within the limit; to the API only JSON."""
        refused = refuse_nul_in_address(request) or refuse_body(request)
        return refused or self.get_response(request)


def refuse_nul_in_address(request: HttpRequest) -> HttpResponse | None:
    """Return the response to an address with a NUL, or None; no database can look for one."""
    query = request.META.get("QUERY_STRING", "")
    if "\0" not in request.path_info + query and "%00" not in query:
        return None
    what = "The address holds a NUL character, which no name and no text has."
    return refusal(request, 422, "nul_character", what, "Remove `%00` from the address.")


def refuse_body(request: HttpRequest) -> HttpResponse | None:
    """Return the response that refuses the request's body, or None where it is acceptable."""
    if "Transfer-Encoding" in request.headers:
        what = "The body does not state its length, so it counts as too large."
        remedy = "Send a Content-Length header."
        limit = body_limit(request.path_info)
        return refusal(request, 413, "payload_too_large", what, remedy, limit=limit)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        what = "Compressed bodies are not accepted."
        remedy = "Send the body without Content-Encoding."
        return refusal(request, 415, "unsupported_content_encoding", what, remedy)
    length = _content_length(request)
    if length == 0 or request.method in ("GET", "HEAD"):
        return None
    if is_api(request) and request.content_type != "application/json":
        what = "The API takes JSON bodies only."
        remedy = "Send Content-Type: application/json and a JSON body."
        return refusal(request, 415, "unsupported_media_type", what, remedy)
    limit = body_limit(request.path_info)
    if length > limit:
        what = f"The body has {length} bytes, more than the {limit} allowed here."
        remedy = "Send less at once, or split it."
        return refusal(request, 413, "payload_too_large", what, remedy, limit=limit, actual=length)
    return None


def _content_length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    digits = text if text.isascii() and text.isdigit() else "0"
    return int(digits[:18])  # a longer number is too large in any case


class DatabaseErrorMiddleware:
    """Answers 503 with Retry-After while the database cannot be used, without a traceback."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer for a view that the database failed; `server_error` does for middleware."""
        return database_error(request, exception)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Requires a session for every page except those marked ``login_not_required``."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Redirect to the sign-in page; not for the API, and a polling page gets a bar instead."""
        if is_api(request):
            return None
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        return session_ended(request) if answer and wants_fragment(request) else answer
