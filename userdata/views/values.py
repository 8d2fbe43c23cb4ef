from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length, Substr
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.authentication import person
from jobs.linkage import n_completed_readers, users_of
from jobs.models import JobUserData
from torc_site.http import HtmxRequest
from torc_site.pages import live_page, slice_of, unchanged
from userdata.forms import ValueForm
from userdata.history import author_of
from userdata.models import UserData
from userdata.templatetags.values import indented
from workflows.models import Workflow
from workflows.revising import revise
from workflows.spec.limits import MAX_WORKFLOW_DATA_BYTES
from workflows.views.header import head_of, scene_of, workflow_of
from workflows.views.receipts import say

PREVIEW_CHARACTERS = 120


@require_safe
def user_data_list(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """List the user data of a workflow with the beginning of each value, and who uses it."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    head = head_of(scene)
    rows = UserData.objects.filter(workflow=scene.workflow)
    text = request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(name__icontains=text)
    context = {
        "head": head,
        "tab": "user_data",
        "slice": slice_of(rows.order_by("name"), request, _previews, total=rows.count()),
        "q": text,
        "preview_characters": PREVIEW_CHARACTERS,
    }
    title = f"User data · {scene.workflow.name} #{workflow_id}"
    return live_page(request, "userdata/_list.html", context, title=title, live=head.live)


def _previews(rows: QuerySet[UserData]) -> list[dict[str, Any]]:
    preview = Substr("data", 1, PREVIEW_CHARACTERS)
    found = list(rows.annotate(preview=preview, size=Length("data")).defer("data"))
    users = users_of(JobUserData, [one.pk for one in found])
    return [{"row": one, "users": users[one.pk]} for one in found]


@require_safe
def user_data(request: HtmxRequest, workflow_id: int, user_data_id: int) -> HttpResponse:
    """Show one value, who writes and who reads it."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    row = _row(scene.workflow, user_data_id)
    head = head_of(scene)
    context = {
        "head": head,
        "tab": "user_data",
        "row": row,
        "users": users_of(JobUserData, [row.pk])[row.pk],
    }
    title = f"{row.name} · {scene.workflow.name} #{workflow_id}"
    return live_page(request, "userdata/_value.html", context, title=title, live=head.live)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_user_data(request: HtmxRequest, workflow_id: int, user_data_id: int) -> HttpResponse:
    """Change a value that nobody else has changed meanwhile; what was typed is never lost."""
    workflow = workflow_of(request, workflow_id)
    row = _row(workflow, user_data_id)
    if request.method != "POST":
        return _form(request, row, indented(row.data), row.version)
    form = ValueForm(request.POST)
    typed = request.POST.get("value", "")
    if not form.is_valid():
        version = form.cleaned_data.get("version", row.version)
        return _form(request, row, typed, version, errors=form.errors.get("value"), status=422)
    data, version = form.cleaned_data["value"], form.cleaned_data["version"]
    if error := _too_much(row, data):
        return _form(request, row, typed, version, errors=[error], status=422)
    author = author_of(person(request).actor(), person(request).username)
    if not revise(row, {"data": data}, author, expected=version):
        row.refresh_from_db()
        return _form(request, row, typed, row.version, is_conflict=True, status=409)
    n_stale = n_completed_readers(row.pk)
    stale = f" {n_stale:,} completed jobs had read the old value." if n_stale else ""
    say(request, f"{row.name} saved as version {row.version}.{stale}")
    return redirect("user_data", workflow_id, user_data_id)


def _too_much(row: UserData, data: str) -> str | None:
    others = UserData.objects.filter(workflow=row.workflow_id).exclude(pk=row.pk)
    total = others.n_bytes() + len(data.encode())
    if total <= MAX_WORKFLOW_DATA_BYTES:
        return None
    return f"The workflow's user data would have {total:,} bytes; keep large data in files."


def _form(
    request: HtmxRequest,
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


def _row(workflow: Workflow, user_data_id: int) -> UserData:
    found = UserData.objects.filter(workflow=workflow, pk=user_data_id).first()
    if found is None:
        raise Http404(f"There is no user data {user_data_id} in workflow {workflow.pk}.")
    found.workflow = workflow
    return found
