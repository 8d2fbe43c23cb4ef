"""Errors as RFC 9457 problem documents."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse


def request_id_of(request: HttpRequest) -> str:
    """Return the id under which this request is logged."""
    return str(getattr(request, "request_id", ""))


def problem_response(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    *,
    title: str | None = None,
    pointer: str | None = None,
    limit: int | float | str | None = None,
    actual: int | float | str | None = None,
    hint: str | None = None,
    problems: Sequence[dict[str, Any]] | None = None,
) -> JsonResponse:
    """Return an RFC 9457 answer that Torc's published clients can print, too."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "pointer": pointer,
        "limit": limit,
        "actual": actual,
        "hint": hint,
        "request_id": request_id_of(request),
        "error": {"message": detail},
    }
    if problems is not None:
        body["problems"] = list(problems)
    return JsonResponse(body, status=status, content_type="application/problem+json")
