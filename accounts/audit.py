"""Audit entries: `audited` goes around every action of a person, on pages and in the API."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.actors import Actor
from accounts.credentials import actor_of_session
from accounts.models import AuditEntry
from web.addresses import client_address

MAX_NAMES = 20
"""So many names or ids of a kind stand in one summary."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from, as audit entries have it."""

    surface: str
    address: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request and from where, for a domain function that writes its own entry."""

    actor: Actor
    origin: Origin


@dataclass(slots=True)
class Trail:
    """What will stand in an entry; page or endpoint add to it what they learn on the way."""

    verb: str
    workflow_id: int | None = None
    kind: str = ""
    object_id: int | None = None
    summary: dict[str, Any] = field(default_factory=dict)
    username: str | None = None
    """Of somebody who is not signed in."""
    before_hash: str = ""
    after_hash: str = ""
    is_dropped: bool = False
    """Nothing was done after all, so no entry is written."""
    entry_id: int | None = None
    """Known when the block has ended."""

    def add(self, **summary: Any) -> None:
        """Add counts and options of what was done, never secrets."""
        self.summary |= summary

    def drop(self) -> None:
        """Write nothing: it turned out that nothing was done."""
        self.is_dropped = True


@contextlib.contextmanager
def audited(
    request: HttpRequest,
    verb: str,
    workflow_id: int | None = None,
    *,
    kind: str = "",
    object_id: int | None = None,
    in_transaction: bool = True,
    **summary: Any,
) -> Iterator[Trail]:
    """Run an action of a person and write an entry of it; an action that fails leaves none.

    The block is one transaction, so publish messages to workers after it. Jobs leave no entries.

    Args:
        request: its user, token, address and id stand in the entry.
        verb: what is done, in words joined by underscores.
        workflow_id: what it is done to, or belongs to.
        kind: of the object, if it is not the workflow itself.
        object_id: its id.
        in_transaction: false for an action that takes several transactions or looks at files; its
            entry is written afterwards.
        summary: what is known already.
    """
    trail = Trail(verb, workflow_id, kind, object_id, summary)
    actor = _actor_of(request)
    with transaction.atomic() if in_transaction else contextlib.nullcontext():
        yield trail
        actor = actor or _actor_of(request)  # known only now, if somebody has signed in
        _leave(actor, _origin_of(request, actor), trail)


def caller_of(request: HttpRequest) -> Caller:
    """Return who makes a request to a page or endpoint that nobody reaches without signing in."""
    actor = _actor_of(request)
    assert actor is not None
    return Caller(actor, _origin_of(request, actor))


def leave_entry(caller: Caller, trail: Trail) -> None:
    """Write down what was done, in the caller's transaction; the trail then knows its entry."""
    _leave(caller.actor, caller.origin, trail)


def _actor_of(request: HttpRequest) -> Actor | None:
    actor = getattr(request, "auth", None)
    return actor if isinstance(actor, Actor) else actor_of_session(request)


def _origin_of(request: HttpRequest, actor: Actor | None) -> Origin:
    return Origin(
        surface=_surface(request, actor),
        address=client_address(request),
        request_id=str(getattr(request, "request_id", ""))[:32],
    )


def _leave(actor: Actor | None, origin: Origin, trail: Trail) -> None:
    if not trail.is_dropped and not (actor and actor.is_job):
        trail.entry_id = _write(actor, origin, trail).pk


def _write(actor: Actor | None, origin: Origin, trail: Trail) -> AuditEntry:
    return AuditEntry.objects.create(
        at=timezone.now(),
        user_id=actor.user_id if actor else None,
        username=_username(actor, trail)[:150],
        token_id=actor.token_id if actor else None,
        surface=origin.surface,
        address=origin.address,
        request_id=origin.request_id,
        verb=trail.verb,
        workflow_id=trail.workflow_id,
        kind=trail.kind,
        object_id=trail.object_id,
        summary=trail.summary,
        before_hash=trail.before_hash,
        after_hash=trail.after_hash,
    )


def _username(actor: Actor | None, trail: Trail) -> str:
    if trail.username is not None or actor is None:
        return trail.username or ""
    return actor.username


def _surface(request: HttpRequest, actor: Actor | None) -> str:
    if actor is None or actor.token_id is None:
        return AuditEntry.Surface.WEB
    agent = request.headers.get("User-Agent", "")
    return AuditEntry.Surface.CLI if agent == "torc" else AuditEntry.Surface.API
