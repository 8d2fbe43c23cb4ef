"""From a request's credentials to an actor."""

import base64
import binascii
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from accounts import tokens
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


def actor_of_pat(text: str, now: datetime | None = None) -> Actor | None:
    """Return the actor of a valid API token, noting its use, else None."""
    prefix = tokens.prefix_of(text)
    if prefix is None:
        return None
    moment = now or timezone.now()
    token = ApiToken.objects.valid(moment).select_related("user").filter(prefix=prefix).first()
    if token is None or not tokens.matches(text, token.digest):
        return None
    token.note_use(moment)
    return token.actor()


def actor_of_session(request: HttpRequest) -> Actor | None:
    """Return the actor of the signed-in person, else None."""
    user = getattr(request, "user", None)
    return user.actor() if isinstance(user, User) and user.is_active else None


def person(request: HttpRequest) -> User:
    """Return who is signed in, on a page that demands it."""
    assert isinstance(request.user, User)
    return request.user
