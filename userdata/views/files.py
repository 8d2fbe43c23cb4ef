from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jobs.linkage import users_of
from jobs.models import JobFile
from torc_site.http import HtmxRequest
from torc_site.pages import live_page, slice_of, unchanged
from userdata.models import File
from workflows.views.header import head_of, scene_of


@require_safe
def files(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """List the files of a workflow, who writes and who reads them."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    head = head_of(scene)
    rows = File.objects.filter(workflow=scene.workflow)
    text = request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(name__icontains=text)
    context = {
        "head": head,
        "tab": "files",
        "slice": slice_of(rows.order_by("name"), request, _with_users, total=rows.count()),
        "q": text,
    }
    title = f"Files · {scene.workflow.name} #{workflow_id}"
    return live_page(request, "userdata/_files.html", context, title=title, live=head.live)


def _with_users(rows: QuerySet[File]) -> list[dict[str, Any]]:
    found = list(rows)
    users = users_of(JobFile, [one.pk for one in found])
    return [{"row": one, "users": users[one.pk], "seen_at": _seen_at(one)} for one in found]


def _seen_at(file: File) -> datetime | None:
    return None if file.st_mtime is None else datetime.fromtimestamp(file.st_mtime, UTC)
