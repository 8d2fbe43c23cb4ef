"""How people and this machine get in: one-time links, passwords, new tokens, the token file."""

import getpass
import os
import re
import secrets
import socket
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts import tokens
from accounts.actors import Scope
from accounts.models import FAILURE_WINDOW, LINK_LIFETIME, ApiToken, SignInFailure, SignInLink, User


class TooManyFailures(Exception):
    """Too many wrong passwords of late; the next try has to wait."""


def new_token(
    user: User, *, name: str, scope: Scope, now: datetime, lifetime: timedelta | None
) -> tuple[ApiToken, str]:
    """Store a new token of a person and return it with its text, which is not kept."""
    text = tokens.new_token_text()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=text.split("_")[2],
        digest=tokens.digest_of(text),
        scope=scope,
        created_at=now,
        expires_at=now + lifetime if lifetime else None,
    )
    return token, text


def new_link_code(user: User, now: datetime) -> str:
    """Return the code of a fresh sign-in link, dropping those that are over."""
    SignInLink.objects.filter(expires_at__lt=now).delete()
    code = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user,
        digest=tokens.digest_of(code),
        created_at=now,
        expires_at=now + LINK_LIFETIME,
    )
    return code


def redeem(code: str, now: datetime) -> User | None:
    """Use a link up and return whom it signs in, or None if it no longer opens."""
    link = SignInLink.objects.open(code, now).select_related("user").first()
    if link is None or not link.user.is_active or not link.consume(now):
        return None
    return link.user


def check_password(
    request: HttpRequest, username: str, password: str, now: datetime
) -> User | None:
    """Return whose name and password these are, or None.

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


def ensure_token_file(path: Path, now: datetime) -> bool:
    """Make sure a private file holds a valid token of the local person.

    Args:
        path: the file, replaced whole if it is missing, readable by others, or no longer valid.
        now: the time by which tokens are judged.

    Returns:
        Whether a new token was written.
    """
    if _holds_valid_token(path, now):
        return False
    user = local_user()
    name = f"this machine ({socket.gethostname()}:{path.parent})"[:100]
    ApiToken.objects.filter(user=user, name=name, revoked_at=None).update(revoked_at=now)
    _, text = new_token(user, name=name, scope="admin", now=now, lifetime=None)
    _write_private(path, f"{text}\n")
    return True


def _holds_valid_token(path: Path, now: datetime) -> bool:
    try:
        if path.stat().st_mode & 0o077:
            return False
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return False
    prefix = tokens.prefix_of(text)
    token = ApiToken.objects.valid(now).filter(prefix=prefix).first() if prefix else None
    return token is not None and tokens.matches(text, token.digest)


def _write_private(path: Path, text: str) -> None:
    """Replace a file in one step; it is never there half-written or readable by others."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
