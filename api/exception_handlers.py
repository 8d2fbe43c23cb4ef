"""From whatever went wrong to a status and a problem document."""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import IntegrityError, OperationalError
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
BUSY_SECONDS = "5"
FULL = ("is full", "no space left")
PASSING = ("is locked", "unable to open database file")
"""What SQLite says when somebody else is in the way."""
PASSING_STATES = ("08", "40", "53", "55P03", "57P")
"""What PostgreSQL says: connection, deadlock, resources, lock, shutdown."""


def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    """Answer an edge's refusal."""
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


def refused_by_domain(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answer a domain action's refusal."""
    status = KINDS[error.kind]
    pointer = f"/{error.field}" if error.field else None
    return problem_response(
        request, status, error.code, error.detail, pointer=pointer, hint=error.hint
    )


def spec_refused(request: HttpRequest, error: SpecError) -> HttpResponse:
    """Answer everything that is wrong with a spec, the first problem in front."""
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


def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a body or parameters of the wrong shape: the first finding, and how many more."""
    findings: list[Finding] = [finding_of(raw) for raw in error.errors]
    # A misspelt field also leaves the right one missing; the misspelling is what helps.
    first = min(findings, key=lambda finding: finding.code != "unknown_field")
    more = len(findings) - 1
    detail = f"{first.detail} ({more} more)" if more else first.detail
    return problem_response(
        request, 422, first.code, detail, pointer=first.pointer, hint=first.hint, limit=first.limit
    )


def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer an id that does not exist for this actor."""
    detail = str(error.args[0]) if error.args else "There is no such thing."
    hint = "It may have been deleted, or it belongs to somebody else."
    return problem_response(request, 404, "not_found", detail, hint=hint)


def forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    """Answer what a route refused somebody whose credentials are valid."""
    detail = str(error) or "You may not do this."
    return problem_response(request, 403, "insufficient_scope", detail)


def not_readable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer a body that could not be parsed, which ninja wraps."""
    if isinstance(error.__cause__, Refusal):
        return refused(request, error.__cause__)
    return problem_response(request, error.status_code, "malformed_json", str(error))


def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """Answer a body that Django itself found too large."""
    return problem_response(request, 413, "payload_too_large", "The body is too large.")


def broken_off(request: HttpRequest, error: UnreadablePostError) -> HttpResponse:
    """Answer a client that has gone away in the middle of its body."""
    return problem_response(request, 400, "incomplete_body", "The body ended too early.")


def suspicious(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer what Django refuses to read."""
    return problem_response(request, 400, "bad_request", "The request is malformed.")


def database_in_the_way(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """Answer a database that is busy, full or away; the caller may come again.

    Raises:
        OperationalError: it is none of these, so coming again does not help.
    """
    if any(words in str(error).lower() for words in FULL):
        status, code, detail = 507, "disk_full", "The disk of the database is full."
    elif _is_passing(error):
        status, code, detail = 503, "database_busy", "The database is busy."
    else:
        raise error
    log.warning("%s %s: %s", request.method, request.path, error)
    hint = f"Try again in {BUSY_SECONDS} seconds."
    response = problem_response(request, status, code, detail, hint=hint)
    response["Retry-After"] = BUSY_SECONDS
    return response


def _is_passing(error: OperationalError) -> bool:
    """Return whether the database was locked, overloaded or away."""
    state: str | None = getattr(error.__cause__, "sqlstate", "")
    if state is None:  # there was no talking to PostgreSQL
        return True
    return state.startswith(PASSING_STATES) or any(words in str(error).lower() for words in PASSING)


def clash(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    """Answer a rule of the database that two writers at once ran into."""
    log.warning("%s %s: %s", request.method, request.path, error)
    detail = "It clashes with what is stored, perhaps since a moment ago."
    hint = "Look at what is there now, and try again."
    return problem_response(request, 409, "conflict", detail, hint=hint)


HANDLERS: Final[dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]]] = {
    Refusal: refused,
    Refused: refused_by_domain,
    SpecError: spec_refused,
    ValidationError: not_valid,
    Http404: not_found,
    PermissionDenied: forbidden,
    HttpError: not_readable,
    RequestDataTooBig: too_big,
    UnreadablePostError: broken_off,
    SuspiciousOperation: suspicious,
    BadRequest: suspicious,
    OperationalError: database_in_the_way,
    IntegrityError: clash,
}
"""Everything else is our fault: Django logs it and `torc_site.errors` answers 500."""
