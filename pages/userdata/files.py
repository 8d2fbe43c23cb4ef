from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jobs.explain.data_users import users_of
from jobs.models import JobFile
from pages.live import live_page, unchanged
from pages.tables import named_rows
from pages.workflows.header import head_of, scene_of
from userdata.models import File
from web.requests import HtmxRequest
from workflows.lifecycle.files_on_disk import Sighting, folder_of_jobs, look_in

COLUMNS = {"name": ("name",), "path": ("path", "pk"), "changed": ("st_mtime", "pk")}


@require_safe
def files(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """List the files of a workflow: whether they are there, who writes and who reads them."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    head = head_of(scene)
    folder = folder_of_jobs(scene.workflow)

    def show(page: QuerySet[File]) -> list[dict[str, Any]]:
        return _with_users(page, folder)

    rows = named_rows(request, File.objects.filter(workflow=scene.workflow), COLUMNS, show)
    context = {"head": head, "tab": "files", "folder": folder, **rows}
    title = f"Files · {scene.workflow.name} #{workflow_id}"
    return live_page(request, "userdata/_files.html", context, title=title, live=head.live)


def _with_users(rows: QuerySet[File], folder: str | None) -> list[dict[str, Any]]:
    """Return the files of one page, each with its users and with how it stands on this machine."""
    found = list(rows)
    users = users_of(JobFile, [one.pk for one in found])
    sightings = look_in(folder, [(one.pk, one.path) for one in found])
    return [
        {"row": one, "users": users[one.pk], **_standing(one, sightings.get(one.pk))}
        for one in found
    ]


def _standing(file: File, seen: Sighting | None) -> dict[str, Any]:
    """Return whether a file is there, its size and its time; unknown if it may be elsewhere."""
    if seen is None or (seen.is_missing and not seen.has_folder):
        return {"standing": "unknown", "at": _moment(file.st_mtime), "size": None}
    if seen.is_missing:
        return {"standing": "missing", "at": _moment(file.st_mtime), "size": None}
    return {"standing": "there", "at": _moment(seen.mtime), "size": seen.size}


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
