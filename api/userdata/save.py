"""Changing a value: who may, which version is replaced, how large it may get."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.db.models.functions import Length

from accounts.actors import Actor
from accounts.credentials import ApiRequest
from api.body_checks import refuse, refuse_changed, refuse_null
from api.exceptions import PreconditionFailed, PreconditionMissing, TooLarge
from api.names import new_name
from api.userdata.schemas import UserDataChange
from jobs.models import JobUserData
from specification.json_values import check_json_value, size_problem
from specification.limits import MAX_DATA_BYTES, MAX_WORKFLOW_DATA_BYTES
from userdata.history import Author, author_of
from userdata.models import UserData
from workflows.editing import user_data
from workflows.editing.user_data import revise

SMALL_BYTES = 4 * 1024


def save(request: ApiRequest, row: UserData, body: UserDataChange, text: str | None) -> UserData:
    """Change a value and return it as it is now.

    Args:
        request: its actor, and its If-Match header.
        row: the value as it was read.
        body: what is to change.
        text: the new data as it was sent, None if it stays.

    Raises:
        PermissionDenied: the value is no output of the job that writes it.
        PreconditionFailed: somebody else has changed it meanwhile.
        PreconditionMissing: a browser did not say which version it replaces.
        Invalid: a field cannot be that.
    """
    actor = request.auth
    current = {name: getattr(row, name) for name in ("id", "workflow_id", "name", "is_ephemeral")}
    read_only = ("id", "workflow_id", *(("name", "is_ephemeral") if actor.is_job else ()))
    refuse_changed(body, current, read_only)
    refuse_null(body, ("name", "is_ephemeral"))
    expected = _expected_version(request, row, body)
    changes = body.given("name", "is_ephemeral")
    if text is not None:
        changes["data"] = checked_data(row.workflow_id, body.data, text)
    if "name" in changes and changes["name"] != row.name:
        siblings = UserData.objects.filter(workflow=row.workflow_id)
        changes["name"] = new_name(siblings, changes["name"])
    if not revise(row, changes, _author(actor, row), expected=expected):
        raise _stale(row)
    return row


def restore(request: ApiRequest, row: UserData, version: int) -> UserData:
    """Make an older text of a value its newest, and return it as it is now.

    Raises:
        Refused: that version is not kept.
        PreconditionFailed: somebody else has changed the value meanwhile.
        PreconditionMissing: a browser did not say which version it replaces.
    """
    expected = _expected_version(request, row)
    if not user_data.restore(row, version, _author(request.auth, row), expected=expected):
        raise _stale(row)
    return row


def _expected_version(
    request: ApiRequest, row: UserData, body: UserDataChange | None = None
) -> int | None:
    """Return the version that the change replaces, None for whichever is there."""
    named = body.version if body else None
    header = request.headers.get("If-Match", "").strip()
    tag = header.removeprefix("W/").strip('"')
    if header and header != "*" and tag != str(row.version):
        raise _stale(row)
    if named is not None and named != row.version:
        raise _stale(row)
    if header or named is not None:
        return row.version
    is_browser = request.auth.token_id is None and not request.auth.is_job
    if is_browser and row.data != "null":
        raise PreconditionMissing(
            "precondition_required",
            f"'{row.name}' has data already, and the call does not say which version it replaces.",
            hint=f'Send If-Match: "{row.version}" after looking at the present value.',
        )
    return None


def _stale(row: UserData) -> PreconditionFailed:
    return PreconditionFailed(
        "precondition_failed",
        f"'{row.name}' has been changed by somebody else.",
        hint="Read it again, then send your change with the new version.",
    )


def _author(actor: Actor, row: UserData) -> Author:
    """Return who changes the value."""
    if not actor.is_job:
        return author_of(actor)
    assert actor.job_id is not None
    links = JobUserData.objects.filter(user_data=row, job_id=actor.job_id, is_output=True)
    name = links.values_list("job__name", flat=True).first()
    if name is None:
        raise PermissionDenied(
            f"'{row.name}' is no output of this job, so the job may not write it."
        )
    return author_of(actor, f"job {name}")


def checked_data(workflow_id: int, value: Any, text: str, at: str = "") -> str:
    """Return data as it is stored: the text as it was sent.

    Raises:
        Invalid: it is nested too deep or holds what cannot be stored.
        TooLarge: it, or with it the workflow's data, is too large.
    """
    size = len(text) if text.isascii() else len(text.encode())
    if size > MAX_DATA_BYTES:
        refuse(size_problem(size, MAX_DATA_BYTES), f"{at}/data")
    if value.__class__ in (dict, list):
        refuse(check_json_value(value, max_bytes=None), f"{at}/data")
    # The sum reads all values; 100,000 values this small stay far below the limit.
    if size > SMALL_BYTES:
        _refuse_too_much(workflow_id, size, at)
    return text


def _refuse_too_much(workflow_id: int, size: int, at: str) -> None:
    rows = UserData.objects.filter(workflow_id=workflow_id)
    total = size + (rows.aggregate(total=Sum(Length("data")))["total"] or 0)
    if total > MAX_WORKFLOW_DATA_BYTES:
        raise TooLarge(
            "payload_too_large",
            f"The workflow's user data would have {total:,} bytes;"
            f" {MAX_WORKFLOW_DATA_BYTES:,} are allowed.",
            pointer=f"{at}/data",
            hint="Keep large data in files and store their paths.",
            limit=MAX_WORKFLOW_DATA_BYTES,
            actual=total,
        )
