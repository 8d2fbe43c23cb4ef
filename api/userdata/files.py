from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from ninja import Query, Router

from accounts.actors import Actor
from accounts.credentials import ApiRequest
from accounts.visibility import visible
from api.body_checks import refuse, refuse_changed, refuse_null
from api.json_response import dumps, json_response
from api.names import checked_name, new_name, pointing_at_names
from api.pagination import ordered, page
from api.queries import row_or_404, visible_workflow, workflow_of_items
from api.schemas import MAX_LIMIT, DeletedOut, Fields, Id, deleted_fields
from api.userdata.schemas import (
    FileChange,
    FileIn,
    FileListOut,
    FileListQuery,
    FileOut,
    FilesIn,
    FilesOut,
)
from jobs.models import JobFile
from specification.names import check_path
from userdata.models import File
from workflows.editing import delete_data
from workflows.editing.files import add_files, change_file
from workflows.models import Workflow

FIELDS = ("id", "workflow_id", "name", "path", "st_mtime")
SORTS = {name: name for name in FIELDS}

router = Router(tags=["files"])


@router.get("/files", response=FileListOut)
def list_files(request: ApiRequest, query: Query[FileListQuery]) -> HttpResponse:
    """List the files of a workflow."""
    rows = File.objects.filter(workflow=visible_workflow(request.auth, query.workflow_id))
    if query.name is not None:
        rows = rows.filter(name=query.name)
    if query.path is not None:
        rows = rows.filter(path=query.path)
    links = JobFile.objects.filter(file=OuterRef("pk"), is_output=True)
    if query.is_output is not None:
        rows = rows.filter(Exists(links) if query.is_output else ~Exists(links))
    if query.produced_by_job_id is not None:
        rows = rows.filter(Exists(links.filter(job=query.produced_by_job_id)))
    return page(ordered(rows.values(*FIELDS), query, SORTS), query)


@router.post("/files", response=FileOut)
def create_file(request: ApiRequest, body: FileIn) -> Fields:
    """Add one file to a workflow."""
    return _created(request.auth, [body], "")[0]


@router.post("/bulk_files", response=FilesOut)
def create_files(request: ApiRequest, body: FilesIn) -> HttpResponse:
    """Add many files to a workflow, all or none."""
    return json_response(dumps({"files": _created(request.auth, body.files, "/files/{}")}))


def _created(actor: Actor, items: list[FileIn], at: str) -> list[Fields]:
    workflow = workflow_of_items(actor, [item.workflow_id for item in items], MAX_LIMIT)
    files = [_new(workflow, item, at.format(position)) for position, item in enumerate(items)]
    with pointing_at_names(at):
        return [_out(file) for file in add_files(workflow.pk, files)]


def _new(workflow: Workflow, item: FileIn, at: str) -> File:
    refuse(check_path(item.path), f"{at}/path")
    name = checked_name(item.name, at)
    return File(workflow=workflow, name=name, path=item.path, st_mtime=item.st_mtime)


@router.delete("/files", response=DeletedOut)
def delete_files(request: ApiRequest, workflow_id: Id) -> Fields:
    """Delete all files of a workflow that is not running."""
    workflow = visible_workflow(request.auth, workflow_id)
    return deleted_fields(delete_data.delete_files(workflow.pk), "file")


@router.get("/files/{int:file_id}", response=FileOut)
def get_file(request: ApiRequest, file_id: int) -> Fields:
    """Return one file."""
    return _out(_file(request.auth, file_id))


@router.put("/files/{int:file_id}", response=FileOut)
def update_file(request: ApiRequest, file_id: int, body: FileChange) -> Fields:
    """Change a file's name, path or time; fields that are left out stay."""
    file = _file(request.auth, file_id)
    refuse_changed(body, _out(file), ("id", "workflow_id"))
    refuse_null(body, ("name", "path"))
    changes: dict[str, Any] = body.given("name", "path", "st_mtime")
    if "path" in changes:
        refuse(check_path(changes["path"]), "/path")
    if "name" in changes and changes["name"] != file.name:
        siblings = File.objects.filter(workflow=file.workflow_id)
        changes["name"] = new_name(siblings, changes["name"])
    if changes:
        change_file(file, changes)
    return _out(file)


@router.delete("/files/{int:file_id}", response=FileOut)
def delete_file(request: ApiRequest, file_id: int) -> Fields:
    """Delete one file of a workflow that is not running."""
    file = _file(request.auth, file_id)
    out = _out(file)
    delete_data.delete_files(file.workflow_id, [file_id])
    return out


def _file(actor: Actor, file_id: int) -> File:
    return row_or_404(visible(File.objects.all(), actor), "file", file_id)


def _out(file: File) -> Fields:
    return {name: getattr(file, name) for name in FIELDS}
