"""Job tokens: the worker computes them from the attempt's id; they are never stored."""

import base64
import hashlib
import hmac
import re
from functools import lru_cache

from django.conf import settings

_PATTERN = re.compile(r"torc_job_([1-9][0-9]{0,18})_([A-Za-z0-9_-]{43})", re.ASCII)
_PURPOSE = b"torc job token v1"


@lru_cache(maxsize=4)
def derived_key(secret: str) -> bytes:
    """Return the key that signs job tokens and nothing else that Django signs."""
    return hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)


def mint(attempt_id: int, key: bytes | None = None) -> str:
    """Return the job token of an attempt; the key defaults to the site's own."""
    signing_key = derived_key(settings.SECRET_KEY) if key is None else key
    mac = hmac.digest(signing_key, str(attempt_id).encode(), hashlib.sha256)
    return f"torc_job_{attempt_id}_{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def verify(text: str, key: bytes | None = None) -> int | None:
    """Return the attempt's id if the token is genuine, else None; an attempt may have ended."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    attempt_id = int(match[1])
    return attempt_id if hmac.compare_digest(mint(attempt_id, key), text) else None
