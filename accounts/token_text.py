"""The text of an API token, ``torc_pat_<8 id>_<43 random>_<6 checksum>``, and tokens in logs."""

import hashlib
import hmac
import re
import secrets
import string
import zlib

_ALPHABET = string.digits + string.ascii_letters
_SECRETS = re.compile(
    # The end of a log may be the middle of a token that is being written.
    rb"(torc_(?:job_[1-9][0-9]{0,18}|pat_[0-9A-Za-z]{8})_)([0-9A-Za-z_-]{43}|[0-9A-Za-z_-]{8,42}\Z)"
)
LONGEST_TOKEN = 80
"""Bytes; no job token and no API token has more."""
_PATTERN = re.compile(r"torc_pat_([0-9A-Za-z]{8})_([0-9A-Za-z]{43})_([0-9A-Za-z]{6})")


def _base62(number: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode("ascii")), 6)


def new_token_text() -> str:
    """Return a fresh token with 256 random bits and a checksum that catches typing errors."""
    token_id = _base62(secrets.randbelow(62**8), 8)
    body = f"torc_pat_{token_id}_{_base62(secrets.randbits(256), 43)}"
    return f"{body}_{_checksum(body)}"


def prefix_of(text: str) -> str | None:
    """Return the public eight characters of a well-formed token, else None."""
    match = _PATTERN.fullmatch(text)
    if match is None or _checksum(text[:-7]) != match[3]:
        return None
    return match[1]


def digest_of(text: str) -> str:
    """Return what is stored of a token; 256 random bits need no slow hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def matches(text: str, digest: str) -> bool:
    """Compare a presented token with a stored digest in constant time."""
    return hmac.compare_digest(digest_of(text), digest)


def masked(content: bytes) -> bytes:
    """Return bytes of the same length with `*` for the secret part of each token."""
    if b"torc_" not in content:
        return content
    return _SECRETS.sub(lambda match: match[1] + b"*" * len(match[2]), content)
