"""The server itself: whether it answers, and its version."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from torc_cli import __version__

VERSION = __version__
CONTRACT_VERSION = "0.35.0"
"""The release of Torc whose clients are understood."""

router = Router(tags=["system"])


class PingOut(Schema):
    """The server answers."""

    status: str


class VersionOut(Schema):
    """What runs here, and whose clients it understands."""

    version: str
    api_version: str
    git_hash: str | None


@router.get("/ping", auth=None, response=PingOut)
def ping(request: HttpRequest) -> dict[str, Any]:
    """Answer without a login that the server is there."""
    return {"status": "ok"}


@router.get("/version", response=VersionOut)
def version(request: HttpRequest) -> dict[str, Any]:
    """Say which release this is."""
    return {"version": VERSION, "api_version": CONTRACT_VERSION, "git_hash": None}
