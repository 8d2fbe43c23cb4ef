"""How people sign in: one-time links, passwords, and the person whose machine this is."""

import getpass
import re
import secrets
from datetime import datetime

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts import token_text
from accounts.models import FAILURE_WINDOW, LINK_LIFETIME, SignInFailure, SignInLink, User


class TooManyFailures(Exception):
    """Too many wrong passwords came lately; the next try has to wait."""


def new_link_code(user: User, now: datetime) -> str:
    """Return the code of a new sign-in link; expired links are deleted."""
    SignInLink.objects.filter(expires_at__lt=now).delete()
    code = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user,
        digest=token_text.digest_of(code),
        created_at=now,
        expires_at=now + LINK_LIFETIME,
    )
    return code


def redeem(code: str, now: datetime) -> User | None:
    """Mark a link as used and return whom it signs in, None if it is not valid any more."""
    link = SignInLink.objects.open(code, now).select_related("user").first()
    if link is None or not link.user.is_active or not link.consume(now):
        return None
    return link.user


def check_password(
    request: HttpRequest, username: str, password: str, now: datetime
) -> User | None:
    """Return the person with this name and password, or None.

    Raises:
        TooManyFailures: too many wrong passwords came for this name or from this address.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))[:45]
    name = username[:150]
    SignInFailure.objects.filter(failed_at__lt=now - FAILURE_WINDOW).delete()
    if SignInFailure.objects.blocks(name, address, now):
        raise TooManyFailures
    user = authenticate(request, username=username, password=password)
    if isinstance(user, User):
        SignInFailure.objects.filter(username=name, address=address).delete()
        return user
    SignInFailure.objects.create(username=name, address=address, failed_at=now)
    return None


def local_user(name: str | None = None) -> User:
    """Return the person of this machine, by default the one who runs Torc; made on first use."""
    username = re.sub(r"[^\w.@+-]", "_", name or getpass.getuser())[:150]
    user, is_new = User.objects.get_or_create(username=username, defaults={"is_staff": True})
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
