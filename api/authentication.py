"""Who calls the API, and whether they may make this call."""

from django.http import HttpRequest
from ninja.utils import check_csrf

from accounts.actors import Actor, job_actor
from accounts.credentials import actor_of_session, credentials_of, valid_token
from accounts.job_tokens import verify
from api.exceptions import Forbidden, Unauthenticated
from jobs.models import Result

# The only calls by which a job may change something; the endpoint checks which row.
JOBS_MAY_CHANGE = frozenset({("PUT", "torc-service/v1/user_data/<int:user_data_id>")})
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
HOW_TO_SIGN_IN = (
    "Send `Authorization: Bearer TOKEN` with a token of `torc tokens create` or the account page."
)


def authenticate(request: HttpRequest) -> Actor:
    """Return who calls: by the token that was sent, else by the session of a page.

    Raises:
        Unauthenticated: the token is not valid, or there is neither token nor session.
        Forbidden: the token does not allow the call, or another site forged it.
    """
    header = request.headers.get("Authorization")
    actor = _of_session(request) if header is None else _of_token(request, credentials_of(header))
    _refuse_beyond_scope(actor, request)
    return actor


def _of_token(request: HttpRequest, text: str | None) -> Actor:
    actor = None
    if text is not None and text.isascii():
        attempt_id = verify(text)
        actor = _of_person(request, text) if attempt_id is None else _of_attempt(attempt_id)
    if actor is None:
        raise Unauthenticated(
            "invalid_token", "The token is not valid, or has ended.", hint=HOW_TO_SIGN_IN
        )
    return actor


def _of_person(request: HttpRequest, text: str) -> Actor | None:
    """Return whose API token it is; `request.user` becomes that person, as with a session."""
    token = valid_token(text)
    if token is None:
        return None
    request.user = token.user
    return token.actor()


def _of_attempt(attempt_id: int) -> Actor | None:
    """Return the job of an open attempt; when the attempt ends, so does its token."""
    names = ("job_id", "workflow_id", "workflow__owner_id", "workflow__owner__username")
    attempt = Result.objects.open().filter(pk=attempt_id).values(*names).first()
    if attempt is None:
        return None
    return job_actor(
        user_id=attempt["workflow__owner_id"],
        username=attempt["workflow__owner__username"],
        attempt_id=attempt_id,
        job_id=attempt["job_id"],
        workflow_id=attempt["workflow_id"],
    )


def _of_session(request: HttpRequest) -> Actor:
    actor = actor_of_session(request)
    if actor is None:
        raise Unauthenticated(
            "not_signed_in", "This needs a token or a signed-in page.", hint=HOW_TO_SIGN_IN
        )
    if request.method not in SAFE_METHODS and check_csrf(request) is not None:
        raise Forbidden(
            "csrf_failed",
            "The call has no valid CSRF token.",
            hint="Send the page's token as X-CSRFToken, or use an API token.",
        )
    return actor


def _refuse_beyond_scope(actor: Actor, request: HttpRequest) -> None:
    method = request.method or ""
    if method in SAFE_METHODS:
        return
    if actor.is_job:
        match = request.resolver_match
        if match is None or (method, match.route) not in JOBS_MAY_CHANGE:
            raise Forbidden(
                "insufficient_scope",
                "A job's token may read its workflow and write the outputs the job declared.",
                hint="Give the job an API token of its own in `env` if it really needs more.",
            )
    elif not actor.may_use(method):
        may, scopes = ("only read", "run or admin")
        if actor.scope == "run":
            may, scopes = ("not delete", "admin")
        raise Forbidden(
            "insufficient_scope",
            f"This token may {may}.",
            hint=f"Use a token with the scope {scopes}.",
        )
