"""Duties that one worker at a time has."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from jobs.models import Lease

LEASE = timedelta(seconds=15)


def hold_lease(name: str, holder: str, now: datetime) -> bool:
    """Return whether `holder` has the duty `name` for the next seconds."""
    expires = now + LEASE
    mine = Lease.objects.filter(name=name, holder=holder).update(expires_at=expires)
    if mine:
        return True
    is_free = Q(expires_at__lt=now) | Q(expires_at__gt=expires)  # given before the clock was set
    if Lease.objects.filter(is_free, name=name).update(holder=holder, expires_at=expires):
        return True
    _, is_new = Lease.objects.get_or_create(
        name=name, defaults={"holder": holder, "expires_at": expires}
    )
    return is_new


def give_back(name: str, holder: str) -> None:
    """Let somebody else have the duty `name` at once, if it is `holder`'s."""
    Lease.objects.filter(name=name, holder=holder).delete()
