"""Exceptions as HTTP answers: each becomes a status and a problem document."""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.db.utils import InternalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja.errors import HttpError, ValidationError

from api.exceptions import (
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    PreconditionFailed,
    PreconditionMissing,
    Refusal,
    TooLarge,
    Unauthenticated,
    UnsupportedKind,
)
from api.problem_document import problem_response
from api.validation import Finding, finding_of
from database import faults
from specification.problems import Problem, SpecError
from workflows.errors import Refused

log = logging.getLogger(__name__)

STATUSES: Final[dict[type[Refusal], int]] = {
    Malformed: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    Conflict: 409,
    PreconditionFailed: 412,
    TooLarge: 413,
    UnsupportedKind: 415,
    Invalid: 422,
    PreconditionMissing: 428,
}
KINDS: Final[dict[str, int]] = {"conflict": 409, "invalid": 422, "missing": 404}
TOO_LARGE_CODES = frozenset({"payload_too_large"})


def handle_refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    """Answer a refusal of an endpoint."""
    status = STATUSES[type(error)]
    response = problem_response(
        request,
        status,
        error.code,
        error.detail,
        pointer=error.pointer,
        hint=error.hint,
        limit=error.limit,
        actual=error.actual,
    )
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Torc"'
    return response


def handle_domain_refusal(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answer a refusal of the domain."""
    status = KINDS[error.kind]
    pointer = f"/{error.field}" if error.field else None
    return problem_response(
        request, status, error.code, error.detail, pointer=pointer, hint=error.hint
    )


def handle_spec_errors(request: HttpRequest, error: SpecError) -> HttpResponse:
    """Answer all that is wrong with a spec, the first problem on top."""
    first = error.problems[0]
    too_large = first.code in TOO_LARGE_CODES
    return problem_response(
        request,
        413 if too_large else 422,
        first.code,
        _placed(first),
        pointer=first.pointer,
        hint=first.hint,
        limit=first.limit,
        actual=first.actual,
        problems=[_described(problem) for problem in error.problems],
    )


def _placed(problem: Problem) -> str:
    if problem.line is None or f"line {problem.line}" in problem.detail:
        return problem.detail
    return f"Line {problem.line}, column {problem.column}: {problem.detail}"


def _described(problem: Problem) -> dict[str, Any]:
    names = ("code", "detail", "line", "column", "pointer", "hint", "limit", "actual")
    return {name: getattr(problem, name) for name in names}


def handle_validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a body or parameters of the wrong shape: the first mistake, and how many more."""
    findings: list[Finding] = [finding_of(raw) for raw in error.errors]
    # A misspelled field also leaves the right one missing; naming the misspelled one helps more.
    first = min(findings, key=lambda finding: finding.code != "unknown_field")
    more = len(findings) - 1
    detail = f"{first.detail} ({more} more)" if more else first.detail
    return problem_response(
        request, 422, first.code, detail, pointer=first.pointer, hint=first.hint, limit=first.limit
    )


def handle_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer an id that does not exist for this actor."""
    detail = str(error.args[0]) if error.args else "There is nothing with this id."
    hint = "It may have been deleted, or it belongs to somebody else."
    return problem_response(request, 404, "not_found", detail, hint=hint)


def handle_permission_denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    """Answer a call that its valid credentials do not allow."""
    detail = str(error) or "You may not do this."
    return problem_response(request, 403, "insufficient_scope", detail)


def handle_unreadable_body(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer a body that could not be read; ninja has wrapped the reason."""
    if isinstance(error.__cause__, Refusal):
        return handle_refusal(request, error.__cause__)
    return problem_response(request, error.status_code, "malformed_json", str(error))


def handle_large_body(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """Answer a body that Django itself found too large."""
    hint = "Send less at a time."
    return problem_response(request, 413, "payload_too_large", "The body is too large.", hint=hint)


def handle_incomplete_body(request: HttpRequest, error: UnreadablePostError) -> HttpResponse:
    """Answer a client that went away before the end of its body."""
    return problem_response(
        request, 400, "incomplete_body", "The body ended before its Content-Length."
    )


def handle_malformed_request(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer what Django refuses to read."""
    return problem_response(request, 400, "bad_request", "The request is malformed.")


def handle_database_error(
    request: HttpRequest, error: DatabaseError | InterfaceError
) -> HttpResponse:
    """Answer a database that is busy, full or away; the caller may try again.

    Raises:
        DatabaseError: it is none of these, so trying again does not help.
    """
    if faults.is_full(error):
        status, code, detail = 507, "disk_full", "The disk of the database is full."
    elif faults.is_passing(error):
        status, code, detail = 503, "database_busy", "The database is busy."
    else:
        raise error
    log.warning("%s %s: %s", request.method, request.path, error)
    hint = f"Try again in {faults.RETRY_SECONDS} seconds."
    response = problem_response(request, status, code, detail, hint=hint)
    response["Retry-After"] = str(faults.RETRY_SECONDS)
    return response


def handle_integrity_error(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    """Answer a constraint of the database that two requests at once ran into."""
    log.warning("%s %s: %s", request.method, request.path, error)
    detail = "The request conflicts with what is stored; another one may just have changed it."
    hint = "Read what is stored now, and try again."
    return problem_response(request, 409, "conflict", detail, hint=hint)


HANDLERS: Final[dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]]] = {
    Refusal: handle_refusal,
    Refused: handle_domain_refusal,
    SpecError: handle_spec_errors,
    ValidationError: handle_validation_error,
    Http404: handle_not_found,
    PermissionDenied: handle_permission_denied,
    HttpError: handle_unreadable_body,
    RequestDataTooBig: handle_large_body,
    UnreadablePostError: handle_incomplete_body,
    SuspiciousOperation: handle_malformed_request,
    BadRequest: handle_malformed_request,
    OperationalError: handle_database_error,
    InternalError: handle_database_error,
    InterfaceError: handle_database_error,
    IntegrityError: handle_integrity_error,
}
"""Everything else is a fault of Torc's: Django logs it and `torc_site.errors` answers 500."""
