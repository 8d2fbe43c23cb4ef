"""Error responses: problem+json for the API, a page for a browser, a bar for htmx."""

import logging
import sys
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404

from api.problem_document import problem_response, request_id_of
from database import faults

logger = logging.getLogger(__name__)

API_PREFIX = "/torc-service/"


def is_api(request: HttpRequest) -> bool:
    """Return whether the request is for the REST API rather than for a page."""
    return request.path_info.startswith(API_PREFIX)


def wants_fragment(request: HttpRequest) -> bool:
    """Return whether htmx sent the request, so that the response becomes a part of a page."""
    return request.headers.get("HX-Request") == "true"


def notice(
    request: HttpRequest, status: int, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Return a bar that htmx shows at the top of the page, without changing the rest of it."""
    html = render_to_string(template, {"request": request, **context})
    headers = {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"}
    return HttpResponse(html, status=status, headers=headers)


def refusal(
    request: HttpRequest, status: int, code: str, what: str, remedy: str, **extra: Any
) -> HttpResponse:
    """Return the response to a request that is refused: what happened and what to do.

    Args:
        request: the request, perhaps before any other middleware has seen it.
        status: the HTTP status.
        code: the name of the problem for programs.
        what: one sentence for people.
        remedy: what to do next.
        extra: ``limit``, ``actual`` or ``pointer`` for the API.
    """
    if is_api(request):
        return problem_response(request, status, code, what, hint=remedy or None, **extra)
    context = {
        "status": status,
        "title": HTTPStatus(status).phrase,
        "what": what,
        "remedy": remedy,
        "request_id": request_id_of(request),
    }
    if wants_fragment(request):
        return notice(request, status, "_error_bar.html", context)
    return HttpResponse(_error_page(request, status, context), status=status)


def _error_page(request: HttpRequest, status: int, context: dict[str, Any]) -> str:
    # The top bar with the person's name needs the database, which may be what failed.
    if status < 500 and hasattr(request, "user"):
        return render_to_string("errors.html", context, request=request)
    nobody = {"request": request, "user": AnonymousUser(), "csrf_token": ""}
    return render_to_string("errors.html", {**nobody, **context})


def session_ended(request: HttpRequest) -> HttpResponse:
    """Return the bar that says that the session is over; it ends the polling of a page."""
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    target = f"{page.path}?{page.query}" if page.query else page.path
    return notice(request, 401, "_session_ended.html", {"next": target})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the response to a request that Django refuses as malformed or suspicious."""
    is_suspicious = isinstance(exception, SuspiciousOperation)
    what = "The request was refused." if is_suspicious else "The request is malformed."
    return refusal(request, 400, "bad_request", what, "Go back and try again.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the response to somebody who is signed in and may not do this."""
    what = str(exception) or "You may not do this."
    remedy = "Ask the owner of the workflow, or sign in with another account."
    return refusal(request, 403, "forbidden", what, remedy)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the response for an address of nothing, or of something the person may not see."""
    is_ours = isinstance(exception, Http404) and not isinstance(exception, Resolver404)
    what = (str(exception) if is_ours else "") or "There is no such page."
    remedy = "It may have been deleted, or it belongs to somebody else."
    return refusal(request, 404, "not_found", what, remedy)


def database_error(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """Return the response while the database is busy, full or away; None for any other error."""
    if not isinstance(error, Exception):
        return None
    remedy = f"Try again in {faults.RETRY_SECONDS} seconds."
    if faults.is_full(error):
        what = "The disk of the database is full."
        response = refusal(request, 507, "disk_full", what, remedy)
    elif faults.is_passing(error):
        what = "The database is busy or out of reach."
        response = refusal(request, 503, "database_busy", what, remedy)
    else:
        return None
    logger.warning("%s %s: %s", request.method, request.path, error)
    response["Retry-After"] = str(faults.RETRY_SECONDS)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the response to an unexpected exception, without its details."""
    if response := database_error(request, sys.exc_info()[1]):
        return response
    what = "Torc could not answer because of an error of its own."
    remedy = "Try again; if that does not help, look for this request id in the server's log."
    logger.error(
        "request_id %s: %s %s failed", request_id_of(request), request.method, request.path
    )
    return refusal(request, 500, "internal_error", what, remedy)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the response to a form whose CSRF token is missing or old."""
    what = "This form is too old, or cookies are switched off."
    return refusal(request, 403, "csrf_failed", what, "Go back, reload the page and try again.")
