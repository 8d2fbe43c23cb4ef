"""How people sign in: one-time links, passwords, and the person whose machine this is."""

import getpass
import re
import secrets
from datetime import datetime

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts import token_text
from accounts.models import FAILURE_WINDOW, LINK_LIFETIME, SignInFailure, SignInLink, User
from web.addresses import client_address


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
    attempt = begin_password(request, username, now)
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        return None
    forget_failures(attempt)
    return user


def begin_password(request: HttpRequest, username: str, now: datetime) -> SignInFailure:
    """Return the row that counts a password as wrong until `forget_failures` says otherwise.

    It is stored before the password is checked, and counted against the other rows afterwards, so
    that of many tries at once no more get through than of as many one after another.

    Raises:
        TooManyFailures: too many wrong passwords came for this name or from this address.
    """
    name, address = username[:150], client_address(request)
    SignInFailure.objects.filter(failed_at__lt=now - FAILURE_WINDOW).delete()
    attempt = SignInFailure.objects.create(username=name, address=address, failed_at=now)
    if SignInFailure.objects.exclude(pk=attempt.pk).exceed_limits(name, address, now):
        attempt.delete()
        raise TooManyFailures
    return attempt


def forget_failures(attempt: SignInFailure) -> None:
    """Forget the failures of a name at an address, because the right password came."""
    rows = SignInFailure.objects.filter(username=attempt.username, address=attempt.address)
    rows.delete()


def local_user(name: str | None = None) -> User:
    """Return the person of this machine, by default the one who runs Torc; made on first use."""
    username = re.sub(r"[^\w.@+-]", "_", name or getpass.getuser())[:150]
    user, is_new = User.objects.get_or_create(username=username, defaults={"is_staff": True})
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
