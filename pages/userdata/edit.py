"""Changing user data: a new value, or an old version restored."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import audited
from accounts.credentials import person
from jobs.explain.data_users import n_completed_readers
from pages.messages import add_refusal, add_success
from pages.templatetags.values import indented
from pages.userdata.forms import ValueForm
from pages.userdata.values import number_in, user_data_of
from pages.workflows.header import workflow_of
from specification.limits import MAX_WORKFLOW_DATA_BYTES
from specification.texts.counts import counted
from userdata.history import Author, author_of
from userdata.models import UserData
from web.requests import HtmxRequest
from workflows.editing.user_data import restore, revise
from workflows.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def edit_user_data(request: HtmxRequest, workflow_id: int, user_data_id: int) -> HttpResponse:
    """Change a value unless somebody else has changed it meanwhile; typed text is never lost."""
    row = user_data_of(workflow_of(request, workflow_id), user_data_id)
    if request.method != "POST":
        return _form(request, row, indented(row.data), row.version)
    form = ValueForm(request.POST)
    typed = request.POST.get("value", "")
    if not form.is_valid():
        version = form.cleaned_data.get("version", row.version)
        return _form(request, row, typed, version, errors=form.errors.get("value"), status=422)
    data, version = form.cleaned_data["value"], form.cleaned_data["version"]
    if error := _size_error(row, data):
        return _form(request, row, typed, version, errors=[error], status=422)
    try:
        is_saved, entry_id = _save(request, row, data, version)
    except Refused as refusal:
        errors = [f"{refusal.detail} {refusal.hint or ''}".strip()]
        return _form(request, row, typed, version, errors=errors, status=409)
    if not is_saved:
        row.refresh_from_db()
        return _form(request, row, typed, row.version, is_conflict=True, status=409)
    return _saved(request, row, f"{row.name} saved as version {row.version}.", entry_id)


def _save(request: HttpRequest, row: UserData, data: str, version: int) -> tuple[bool, int | None]:
    """Change a value; return whether that was the version to change, and the audit entry's id."""
    with audited(request, "update_user_data", row.workflow_id, **_audited_object(row)) as trail:
        is_saved = revise(row, {"data": data}, _author(request), expected=version)
        if not is_saved or row.version == version:
            trail.drop()
        trail.add(version=row.version)
    return is_saved, trail.entry_id


@require_POST
def restore_user_data(request: HttpRequest, workflow_id: int, user_data_id: int) -> HttpResponse:
    """Make an older version the newest one, unless the value has changed since it was shown."""
    row = user_data_of(workflow_of(request, workflow_id), user_data_id)
    version = number_in(request.POST.get("version", ""), 0)
    expected = number_in(request.POST.get("expected", ""), 0)
    try:
        with audited(request, "restore_user_data", workflow_id, **_audited_object(row)) as trail:
            if not restore(row, version, _author(request), expected=expected):
                raise _changed_meanwhile(row)
            trail.add(restored_version=version, version=row.version)
    except Refused as refusal:
        add_refusal(request, refusal)
        return redirect("user_data_history", workflow_id, user_data_id)
    sentence = f"Version {version} of {row.name} is back, as version {row.version}."
    return _saved(request, row, sentence, trail.entry_id)


def _author(request: HttpRequest) -> Author:
    return author_of(person(request).actor())


def _audited_object(row: UserData) -> dict[str, Any]:
    return {"kind": "user_data", "object_id": row.pk, "name": row.name}


def _changed_meanwhile(row: UserData) -> Refused:
    detail = f"{row.name} has been changed by somebody else meanwhile; nothing was restored."
    return Refused("precondition_failed", detail, hint="Reload the history, then restore.")


def _saved(
    request: HttpRequest, row: UserData, sentence: str, entry_id: int | None
) -> HttpResponse:
    n_stale = n_completed_readers(row.pk)
    stale = f" {counted(n_stale, 'completed job')} had read the old value." if n_stale else ""
    add_success(request, f"{sentence}{stale}", entry_id)
    return redirect("user_data", row.workflow_id, row.pk)


def _size_error(row: UserData, data: str) -> str | None:
    others = UserData.objects.filter(workflow=row.workflow_id).exclude(pk=row.pk)
    total = others.n_bytes() + len(data.encode())
    if total <= MAX_WORKFLOW_DATA_BYTES:
        return None
    most = counted(MAX_WORKFLOW_DATA_BYTES, "byte")
    return f"The user data of a workflow has at most {most}; this would make {total:,}."


def _form(
    request: HttpRequest,
    row: UserData,
    text: str,
    version: int,
    *,
    errors: Any = (),
    is_conflict: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "row": row,
        "workflow": row.workflow,
        "text": text,
        "version": version,
        "errors": errors,
        "is_conflict": is_conflict,
        "n_stale": n_completed_readers(row.pk),
    }
    return render(request, "userdata/edit.html", context, status=status)
