from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jobs.explain.data_users import users_of
from jobs.models import JobUserData
from pages.live import live_page, unchanged
from pages.tables import named_rows
from pages.workflows.header import head_of, scene_of, workflow_of
from userdata import history
from userdata.json_layout import fold
from userdata.models import UserData
from web.headers import NOT_RUN
from web.requests import HtmxRequest
from workflows.models import Workflow
from workflows.stale.change_impact import change_impact

PREVIEW_CHARACTERS = 120
COLUMNS = {
    "name": ("name",),
    "id": ("pk",),
    "version": ("version", "name"),
    "changed": ("changed_at", "pk"),
}


@require_safe
def user_data_list(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """List the user data of a workflow with the beginning of each value, and who uses it."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    head = head_of(scene)
    rows = UserData.objects.filter(workflow=scene.workflow)
    context = {
        "head": head,
        "tab": "user_data",
        "preview_characters": PREVIEW_CHARACTERS,
        **named_rows(request, rows, COLUMNS, _previews),
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
    """Show one value, who writes and who reads it, and what a change of it would make stale."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    row = user_data_of(scene.workflow, user_data_id)
    head = head_of(scene)
    context = {
        "head": head,
        "tab": "user_data",
        "row": row,
        "value": fold(row.data),
        "size": len(row.data.encode()),
        "users": change_impact(row),
    }
    title = f"{row.name} · {scene.workflow.name} #{workflow_id}"
    return live_page(request, "userdata/_value.html", context, title=title, live=head.live)


@require_safe
def raw_user_data(request: HttpRequest, workflow_id: int, user_data_id: int) -> HttpResponse:
    """Return a value, or the version of it that the address names, exactly as it was written."""
    row = user_data_of(workflow_of(request, workflow_id), user_data_id)
    version = number_in(request.GET.get("version", ""), row.version)
    text = history.text_of(row, version)
    if text is None:
        raise Http404(f"There is no version {version} of {row.name}, or not any more.")
    headers = {"Content-Security-Policy": NOT_RUN}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


def user_data_of(workflow: Workflow, user_data_id: int) -> UserData:
    """Return a value of this workflow.

    Raises:
        Http404: there is none with this id.
    """
    found = UserData.objects.filter(workflow=workflow, pk=user_data_id).first()
    if found is None:
        raise Http404(f"There is no user data {user_data_id} in workflow {workflow.pk}.")
    found.workflow = workflow
    return found


def number_in(text: str, default: int) -> int:
    """Return the version that an address names, else the default."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
