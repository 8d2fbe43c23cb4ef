"""The earlier versions of user data: replaced texts are kept with their authors, up to a limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Length

from accounts.actors import Actor
from userdata.models import (
    Authorship,
    Source,
    UserData,
    UserDataVersion,
    present_revision,
)

MAX_VERSIONS = 100
"""How many versions of a value are kept, the present one included."""
MAX_BYTES = 16 * 1024 * 1024
"""How much text of replaced versions is kept for one value."""

_AUTHORSHIP = tuple(field.attname for field in Authorship._meta.fields)
_EMPTY = "null"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes a value, and from where."""

    name: str
    source: str
    user_id: int | None = None
    token_id: int | None = None
    result_id: int | None = None


def author_of(actor: Actor, name: str | None = None) -> Author:
    """Return the author behind a page, an API call or a job.

    Args:
        actor: who acts.
        name: the name that people read in the history, by default the actor's user name.
    """
    source = Source.JOB if actor.is_job else Source.API
    if not actor.is_job and actor.token_id is None:
        source = Source.PAGE
    user_id = None if actor.is_job else actor.user_id
    return Author((name or actor.username)[:255], source, user_id, actor.token_id, actor.attempt_id)


@dataclass(frozen=True, slots=True)
class Version:
    """A value as it was, or as it is."""

    version: int
    changed_at: datetime
    changed_by: str
    source: str
    author_id: int | None
    token_name: str | None
    result_id: int | None
    restored_version: int | None
    n_characters: int
    is_current: bool


def replace(
    row: UserData,
    changes: Mapping[str, Any],
    author: Author,
    *,
    now: datetime,
    expected: int | None = None,
    restored_version: int | None = None,
) -> bool:
    """Change a value, keep what it was, and bring `row` up to date; return whether it was changed.

    Runs in a transaction of the caller's that has raised the workflow's revision: the lock that
    this takes puts changes one after the other.

    Args:
        row: the value as it was read.
        changes: `data`, `name` or `is_ephemeral`.
        author: who changes it.
        now: the present time.
        expected: the version that is replaced; None replaces whichever is there.
        restored_version: the version that `data` is taken from.
    """
    fields = dict(changes) | signature(author, now, restored_version)
    if expected is not None and row.version != expected:
        return False
    while not _update(row, fields):
        if expected is not None or not _reload(row):
            return False
    return True


def differs(row: UserData, changes: Mapping[str, Any]) -> bool:
    """Return whether `changes` would change anything about the value as it was read."""
    return any(getattr(row, name) != value for name, value in changes.items())


def empty(rows: QuerySet[UserData], author: Author, now: datetime) -> None:
    """Set many values to null and keep what they were, in a transaction as `replace` needs one."""
    signed = signature(author, now)
    ids = list(rows.exclude(data=_EMPTY).order_by().values_list("pk", flat=True))
    for at in range(0, len(ids), _CHUNK):
        chunk = ids[at : at + _CHUNK]
        _keep(chunk)
        UserData.objects.filter(pk__in=chunk).update(
            data=_EMPTY,
            version=F("version") + 1,
            changed_revision=present_revision(UserData),
            **signed,
        )
        replaced = UserDataVersion.objects.filter(user_data__in=chunk)
        replaced.filter(version__lte=F("user_data__version") - MAX_VERSIONS).delete()


def versions(row: UserData) -> list[Version]:
    """Return all versions that are kept, the present one first."""
    names = ("version", *_AUTHORSHIP)
    listed = UserDataVersion.objects.filter(user_data=row.pk).order_by("-version")
    replaced = listed.values(*names, token_name=F("token__name"), n_characters=Length("data"))
    current = {name: getattr(row, name) for name in names}
    current |= {"token_name": row.token and row.token.name, "n_characters": len(row.data)}
    return [_version(current, is_current=True), *(_version(fields) for fields in replaced)]


def text_of(row: UserData, version: int) -> str | None:
    """Return the text of a version, None if it is not kept."""
    if version == row.version:
        return row.data
    versions = UserDataVersion.objects.filter(user_data=row.pk, version=version)
    return versions.values_list("data", flat=True).first()


def _version(fields: Mapping[str, Any], *, is_current: bool = False) -> Version:
    hidden = ("token_id", "changed_revision")
    shown = {name: value for name, value in fields.items() if name not in hidden}
    return Version(**shown, is_current=is_current)


def signature(author: Author, now: datetime, restored_version: int | None = None) -> dict[str, Any]:
    """Return the fields of a value that say who wrote it, and when."""
    return {
        "changed_at": now,
        "changed_by": author.name,
        "source": author.source,
        "author_id": author.user_id,
        "token_id": author.token_id,
        "result_id": author.result_id,
        "restored_version": restored_version,
    }


def _update(row: UserData, fields: Mapping[str, Any]) -> bool:
    """Change the row if it is still as it was read; return whether it was."""
    replaced = None
    if row.version > 1 or row.data != _EMPTY:  # an output that is written once needs no row here
        signed = {name: getattr(row, name) for name in _AUTHORSHIP}
        replaced = UserDataVersion(
            user_data_id=row.pk, data=row.data, version=row.version, **signed
        )
    changes = {**fields, "version": row.version + 1}
    if fields.get("data", row.data) != row.data:
        changes["changed_revision"] = present_revision(UserData)
    unchanged = UserData.objects.filter(pk=row.pk, version=row.version)
    if not unchanged.update(**changes):
        return False
    if replaced:
        replaced.save(force_insert=True)
        _forget(row.pk, replaced)
    changes.pop("changed_revision", None)
    for name, value in changes.items():
        setattr(row, name, value)
    row.__dict__.pop("changed_revision", None)  # the database has set it; read when it is needed
    return True


def _reload(row: UserData) -> bool:
    try:
        row.refresh_from_db()
    except UserData.DoesNotExist:
        return False
    return True


def _keep(ids: list[int]) -> None:
    """Copy the values into their history without reading them."""
    columns = ", ".join([*_AUTHORSHIP, "version", "data"])
    places = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO userdata_userdataversion (user_data_id, {columns}) "
            f"SELECT id, {columns} FROM userdata_userdata WHERE id IN ({places})",
            ids,
        )


def _forget(user_data_id: int, newest: UserDataVersion) -> None:
    """Delete versions beyond the limits, looking only where a limit can have been reached."""
    versions = UserDataVersion.objects.filter(user_data=user_data_id)
    if newest.version >= MAX_VERSIONS:
        versions.filter(version__lte=newest.version + 1 - MAX_VERSIONS).delete()
    if len(newest.data) > MAX_BYTES // MAX_VERSIONS:
        total = 0
        for version, size in versions.order_by("-version").values_list("version", Length("data")):
            total += size
            if total > MAX_BYTES:
                versions.filter(version__lte=version).delete()
                break
