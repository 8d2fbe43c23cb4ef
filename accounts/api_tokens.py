"""Making API tokens, and keeping the one in the token file of this machine valid."""

import os
import secrets
import socket
from datetime import datetime, timedelta
from pathlib import Path

from accounts import token_text
from accounts.actors import Scope
from accounts.models import ApiToken, User
from accounts.sign_in import local_user


def new_token(
    user: User, *, name: str, scope: Scope, now: datetime, lifetime: timedelta | None
) -> tuple[ApiToken, str]:
    """Store a new token of a person and return it with its text, which is not kept."""
    text = token_text.new_token_text()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=text.split("_")[2],
        digest=token_text.digest_of(text),
        scope=scope,
        created_at=now,
        expires_at=now + lifetime if lifetime else None,
    )
    return token, text


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
    prefix = token_text.prefix_of(text)
    token = ApiToken.objects.valid(now).filter(prefix=prefix).first() if prefix else None
    return token is not None and token_text.matches(text, token.digest)


def _write_private(path: Path, text: str) -> None:
    """Replace a file in one step; it is never there half-written or readable by others."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
