"""From the credentials of a request to its person and actor."""

import base64
import binascii
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from accounts import token_text
from accounts.actors import Actor
from accounts.models import ApiToken, User


class ApiRequest(HttpRequest):
    """An API request after authentication."""

    auth: Actor


def credentials_of(authorization: str | None) -> str | None:
    """Return the token of an Authorization header: Bearer, or Basic with it as the password."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        pair = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        return None
    return pair.partition(":")[2] or None


def valid_token(text: str, now: datetime | None = None) -> ApiToken | None:
    """Return the API token with this text and its person, noting its use; None if not valid."""
    prefix = token_text.prefix_of(text)
    if prefix is None:
        return None
    moment = now or timezone.now()
    token = ApiToken.objects.valid(moment).select_related("user").filter(prefix=prefix).first()
    if token is None or not token_text.matches(text, token.digest):
        return None
    token.note_use(moment)
    return token


def actor_of_session(request: HttpRequest) -> Actor | None:
    """Return the actor of the signed-in person, else None."""
    user = getattr(request, "user", None)
    return user.actor() if isinstance(user, User) and user.is_active else None


def person(request: HttpRequest) -> User:
    """Return whose session or API token the request came with, where one of them is required."""
    assert isinstance(request.user, User)
    return request.user
