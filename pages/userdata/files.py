from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jobs.explain.data_users import users_of
from jobs.models import JobFile
from pages.live import unchanged
from pages.tables import named_rows
from pages.workflows.header import header_of, snapshot_of, workflow_page
from userdata.models import File
from web.requests import HtmxRequest
from workflows.lifecycle.files_on_disk import Sighting, folder_of_jobs, look_in

COLUMNS = {"name": ("name",), "path": ("path", "pk"), "changed": ("st_mtime", "pk")}


@require_safe
def files(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """List the files of a workflow: whether they exist, which jobs write and which read them."""
    snapshot = snapshot_of(request, workflow_id)
    if answer := unchanged(request, snapshot.revision):
        return answer
    header = header_of(snapshot)
    folder = folder_of_jobs(snapshot.workflow)

    def show(page: QuerySet[File]) -> list[dict[str, Any]]:
        return _file_rows(page, folder)

    rows = named_rows(request, File.objects.filter(workflow=snapshot.workflow), COLUMNS, show)
    context = {"folder": folder, **rows}
    return workflow_page(
        request, header, "userdata/files.html", context, tab="files", title="Files"
    )


def _file_rows(page: QuerySet[File], folder: str | None) -> list[dict[str, Any]]:
    """Return the files of one page, each with its jobs and its state on this machine."""
    files = list(page)
    users = users_of(JobFile, [file.pk for file in files])
    sightings = look_in(folder, [(file.pk, file.path) for file in files])
    return [
        {"file": file, "users": users[file.pk], **_on_disk(file, sightings.get(file.pk))}
        for file in files
    ]


def _on_disk(file: File, seen: Sighting | None) -> dict[str, Any]:
    """Return whether a file exists, its size and its time; unknown if it may be elsewhere."""
    if seen is None or (seen.is_missing and not seen.has_folder):
        return {"state": "unknown", "at": _moment(file.st_mtime), "size": None}
    if seen.is_missing:
        return {"state": "missing", "at": _moment(file.st_mtime), "size": None}
    return {"state": "exists", "at": _moment(seen.mtime), "size": seen.size}


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
