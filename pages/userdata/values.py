from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jobs.explain.data_users import users_of
from jobs.models import JobUserData
from pages.live import unchanged
from pages.tables import named_rows
from pages.workflows.header import header_of, snapshot_of, workflow_of, workflow_page
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
    """List the user data of a workflow: how each value begins, which jobs write and read it."""
    snapshot = snapshot_of(request, workflow_id)
    if answer := unchanged(request, snapshot.revision):
        return answer
    header = header_of(snapshot)
    rows = UserData.objects.filter(workflow=snapshot.workflow)
    context = {
        "preview_characters": PREVIEW_CHARACTERS,
        **named_rows(request, rows, COLUMNS, _value_rows),
    }
    template = "userdata/values.html"
    return workflow_page(request, header, template, context, tab="user_data", title="User data")


def _value_rows(page: QuerySet[UserData]) -> list[dict[str, Any]]:
    preview = Substr("data", 1, PREVIEW_CHARACTERS)
    values = list(page.annotate(preview=preview, size=Length("data")).defer("data"))
    users = users_of(JobUserData, [value.pk for value in values])
    return [{"value": value, "users": users[value.pk]} for value in values]


@require_safe
def user_data(request: HtmxRequest, workflow_id: int, user_data_id: int) -> HttpResponse:
    """Show one value, which jobs write and read it, and which of them a change makes stale."""
    snapshot = snapshot_of(request, workflow_id)
    if answer := unchanged(request, snapshot.revision):
        return answer
    row = user_data_of(snapshot.workflow, user_data_id)
    header = header_of(snapshot)
    context = {
        "row": row,
        "value": fold(row.data),
        "size": len(row.data.encode()),
        "users": change_impact(row),
    }
    template = "userdata/value.html"
    return workflow_page(request, header, template, context, tab="user_data", title=row.name)


@require_safe
def raw_user_data(request: HttpRequest, workflow_id: int, user_data_id: int) -> HttpResponse:
    """Return a value, or the version of it that the address names, exactly as it was written."""
    row = user_data_of(workflow_of(request, workflow_id), user_data_id)
    version = number_in(request.GET.get("version", ""), row.version)
    text = history.text_of(row, version)
    if text is None:
        raise Http404(f"There is no version {version} of {row.name}; only the newest are kept.")
    headers = {"Content-Security-Policy": NOT_RUN}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


def user_data_of(workflow: Workflow, user_data_id: int) -> UserData:
    """Return a value of this workflow.

    Raises:
        Http404: there is none with this id.
    """
    row = UserData.objects.filter(workflow=workflow, pk=user_data_id).first()
    if row is None:
        raise Http404(f"There is no user data {user_data_id} in workflow {workflow.pk}.")
    row.workflow = workflow
    return row


def number_in(text: str, default: int) -> int:
    """Return the version that an address names, else the default."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
