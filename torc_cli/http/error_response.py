"""Words a response that is an error for the person at the terminal."""

from http import HTTPStatus
from typing import Any

from torc_cli.errors import CliError, ErrorResponse
from torc_cli.http.plain_socket import Reply
from torc_cli.http.server import Server, data_folder
from torc_cli.screen import json_verbatim


def error_of(reply: Reply, server: Server) -> CliError:
    """Return the error that a response stands for, with what to do about it."""
    problem = _problem(reply)
    if problem is None:
        return ErrorResponse(
            f"{server.url} answered {_status(reply.status)}, but not as a Torc server does",
            _redirect_hint(reply) or "check TORC_API_URL",
            reply.status,
            {},
        )
    if reply.status == 401:
        return ErrorResponse(
            "the server does not accept " + _token_used(server), _token_hint(server), 401, problem
        )
    detail = _detail(problem) or f"the server answered {_status(reply.status)}"
    code = problem.get("code")
    if code and str(code).replace("_", " ") not in detail.lower():
        detail = f"{detail.rstrip('.')} ({code})"
    return ErrorResponse(
        detail, str(problem.get("hint") or _status_hint(reply.status)), reply.status, problem
    )


def _problem(reply: Reply) -> dict[str, Any] | None:
    if not reply.is_json:
        return None
    try:
        value = json_verbatim.loads(reply.body.decode("utf-8", "replace"))
    except json_verbatim.NotJson:
        return None
    return value if isinstance(value, dict) and reply.status >= 400 else None


def _detail(problem: dict[str, Any]) -> str:
    error = problem.get("error")
    message = error.get("message") if isinstance(error, dict) else error
    return str(problem.get("detail") or message or problem.get("title") or "")


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _redirect_hint(reply: Reply) -> str:
    target = reply.headers.get("location", "")
    return f"it points to {target}; set TORC_API_URL to where the server is" if target else ""


def _token_used(server: Server) -> str:
    return f"the token in {server.token_source}" if server.token else "requests without a token"


def _token_hint(server: Server) -> str:
    if server.token_source in ("--token", "TORC_TOKEN"):
        return "make one with `torc tokens create` or on the server's pages"
    if server.token:
        return "another server may use that folder's port; check TORC_PORT and TORC_DATA_DIR"
    if server.is_loopback:
        return f"set TORC_TOKEN, or TORC_DATA_DIR to the server's folder (now {data_folder()})"
    return "set TORC_TOKEN to a token of that server"


def _status_hint(status: int) -> str:
    if status == 403:
        return "this token may not do that"
    if status >= 500:
        return "see the server's log"
    return ""
