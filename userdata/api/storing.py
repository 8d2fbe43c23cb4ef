"""Storing a changed value: whose it is, which version it replaces, what fits."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Length
from django.utils import timezone

from accounts.actors import Actor
from accounts.authentication import ApiRequest
from accounts.models import User
from jobs.models import JobUserData
from torc_site.rest.bodies import refuse_changed, refuse_null
from torc_site.rest.problems import (
    PreconditionFailed,
    PreconditionMissing,
    TooLarge,
    refuse,
)
from userdata.api.links import checked_names
from userdata.models import UserData
from userdata.schemas import UserDataChange
from workflows.models import Workflow
from workflows.spec.json_values import check_json_value, too_large
from workflows.spec.limits import MAX_DATA_BYTES, MAX_WORKFLOW_DATA_BYTES

SMALL_BYTES = 4 * 1024


def save(request: ApiRequest, row: UserData, body: UserDataChange, text: str | None) -> UserData:
    """Change a value and return it as it is now.

    Args:
        request: who asks, and perhaps the If-Match header.
        row: the value as it was read.
        body: what is to change.
        text: the new data as it was sent, None if it stays.

    Raises:
        PermissionDenied: a job asks, and it is no output of the job.
        PreconditionFailed: somebody else has changed it since.
        PreconditionMissing: a person in a browser did not say which version they edited.
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
        changes["name"] = checked_names(UserData, row.workflow_id, [changes["name"]])[0]
    changes |= {"changed_by": _author(actor, row), "changed_at": timezone.now()}
    with transaction.atomic():
        Workflow.objects.filter(pk=row.workflow_id).touch()
        rows = UserData.objects.filter(pk=row.pk)
        if expected is not None:
            rows = rows.filter(version=expected)
        if not rows.update(version=F("version") + 1, **changes):
            raise _stale(row)
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    return row


def _expected_version(request: ApiRequest, row: UserData, body: UserDataChange) -> int | None:
    """Return the version that the change replaces, None if any."""
    header = request.headers.get("If-Match", "").strip()
    tag = header.removeprefix("W/").strip('"')
    if header and header != "*" and tag != str(row.version):
        raise _stale(row)
    if body.version is not None and body.version != row.version:
        raise _stale(row)
    if header or body.version is not None:
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


def _author(actor: Actor, row: UserData) -> str:
    """Return who changes the value, for people to read."""
    if not actor.is_job:
        return User.objects.values_list("username", flat=True).get(pk=actor.user_id)
    assert actor.job_id is not None
    links = JobUserData.objects.filter(user_data=row, job_id=actor.job_id, is_output=True)
    name = links.values_list("job__name", flat=True).first()
    if name is None:
        raise PermissionDenied(
            f"'{row.name}' is no output of this job, so the job may not write it."
        )
    return f"job {name}"[:255]


def checked_data(workflow_id: int, value: Any, text: str, at: str = "") -> str:
    """Return data as it is stored: the text as it was sent.

    Raises:
        Invalid: it is nested too deep or holds what cannot be stored.
        TooLarge: it, or with it the workflow's data, is too large.
    """
    size = len(text) if text.isascii() else len(text.encode())
    if size > MAX_DATA_BYTES:
        refuse(too_large(size, MAX_DATA_BYTES), f"{at}/data")
    if value.__class__ in (dict, list):
        refuse(check_json_value(value, max_bytes=None), f"{at}/data")
    # Summing up is dear, and 100,000 values this small stay far below what hurts.
    if size > SMALL_BYTES:
        _refuse_too_much(workflow_id, size, at)
    return text


def _refuse_too_much(workflow_id: int, size: int, at: str) -> None:
    rows = UserData.objects.filter(workflow_id=workflow_id)
    total = size + (rows.aggregate(total=Sum(Length("data")))["total"] or 0)
    if total > MAX_WORKFLOW_DATA_BYTES:
        raise TooLarge(
            "payload_too_large",
            f"The workflow's user data would have {total:,} bytes.",
            pointer=f"{at}/data",
            hint="Keep large data in files and store their paths.",
            limit=MAX_WORKFLOW_DATA_BYTES,
            actual=total,
        )
