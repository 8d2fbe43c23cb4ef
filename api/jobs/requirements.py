from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from ninja import Query, Router

from accounts.actors import Actor
from accounts.credentials import ApiRequest
from accounts.visibility import visible
from api.body_checks import refuse, refuse_changed, refuse_null
from api.exceptions import Conflict, Invalid
from api.jobs.requirements_schemas import (
    RequirementsChange,
    RequirementsIn,
    RequirementsListOut,
    RequirementsListQuery,
    RequirementsOut,
)
from api.names import checked_name
from api.pagination import ordered, page
from api.queries import row_or_404, visible_workflow
from api.schemas import DeletedOut, Fields, Id, deleted_fields
from jobs.models import DEFAULT_REQUIREMENT, Job, ResourceRequirements
from specification.names import check_name
from specification.problems import SpecError
from specification.texts.sizes_and_durations import parse_memory, parse_runtime
from workflows.editing.requirements import (
    add_requirements,
    change_requirements,
    delete_requirements,
)

NUMBERS = ("num_cpus", "num_gpus", "num_nodes")
FIELDS = ("id", "workflow_id", "name", *NUMBERS, "memory", "runtime", "tags")
SORTS = {name: name for name in FIELDS if name != "tags"} | {
    "memory": "memory_bytes",
    "runtime": "runtime_seconds",
}
EXACT = ("name", *NUMBERS, "memory", "runtime")

CLIENT_DEFAULTS = ("1m", "PT1M", "P0DT1M")
"""The memory and runtime that Torc's clients send where nothing was chosen."""

router = Router(tags=["resource requirements"])


@router.get("/resource_requirements", response=RequirementsListOut)
def list_resource_requirements(
    request: ApiRequest, query: Query[RequirementsListQuery]
) -> HttpResponse:
    """List the resource requirements of a workflow, or those of one job."""
    workflow = visible_workflow(request.auth, query.workflow_id)
    rows = ResourceRequirements.objects.filter(workflow=workflow)
    wanted = {name: getattr(query, name) for name in EXACT if getattr(query, name) is not None}
    if query.job_id is not None:
        jobs = Job.objects.filter(pk=query.job_id, requirements=OuterRef("pk"))
        rows = rows.filter(Exists(jobs))
    return page(ordered(rows.filter(**wanted).values(*FIELDS), query, SORTS), query)


@router.post("/resource_requirements", response=RequirementsOut)
def create_resource_requirements(request: ApiRequest, body: RequirementsIn) -> Fields:
    """Add resource requirements to a workflow; a memory and runtime that are given are limits."""
    workflow = visible_workflow(request.auth, body.workflow_id)
    columns = _columns(body, body.given(*NUMBERS, "tags"))
    return _out(add_requirements(workflow.pk, name=_free_name(body.name), **columns))


def _free_name(name: str) -> str:
    """Return a name as it is stored; several requirements may have it unless it is `default`.

    Raises:
        Invalid: it breaks the rules for names.
        Conflict: it is `default`.
    """
    if name == DEFAULT_REQUIREMENT:
        detail = "'default' is there already, and belongs to jobs that name no requirements."
        raise Conflict("name_taken", detail, pointer="/name", hint="Choose another name.")
    return checked_name(name)


def _columns(body: RequirementsIn | RequirementsChange, given: Fields) -> dict[str, Any]:
    """Return what is to be stored of the values that were given and are not null."""
    for position, tag in enumerate(given.get("tags") or ()):
        refuse(check_name(tag), f"/tags/{position}")
        if "," in tag or "@" in tag:
            detail = f"The tag '{tag}' holds a comma or @."
            hint = "Remove these characters."
            raise Invalid("invalid_tag", detail, pointer=f"/tags/{position}", hint=hint)
    columns = {name: value for name, value in given.items() if value is not None}
    return columns | sizes_of(body.memory, body.runtime)


@router.delete("/resource_requirements", response=DeletedOut)
def delete_all_resource_requirements(request: ApiRequest, workflow_id: Id) -> Fields:
    """Delete the resource requirements of a workflow that no job asks for; `default` stays."""
    workflow = visible_workflow(request.auth, workflow_id)
    noun = "set of resource requirements"
    return deleted_fields(delete_requirements(workflow.pk), noun, "sets of resource requirements")


@router.get("/resource_requirements/{int:requirements_id}", response=RequirementsOut)
def get_resource_requirements(request: ApiRequest, requirements_id: int) -> Fields:
    """Return one set of resource requirements."""
    return _out(_requirements(request.auth, requirements_id))


@router.put("/resource_requirements/{int:requirements_id}", response=RequirementsOut)
def update_resource_requirements(
    request: ApiRequest, requirements_id: int, body: RequirementsChange
) -> Fields:
    """Change resource requirements for attempts to come; fields that are left out stay."""
    row = _requirements(request.auth, requirements_id)
    refuse_changed(body, _out(row), ("id", "workflow_id"))
    refuse_null(body, (*EXACT, "tags"))
    given = body.given(*NUMBERS, "tags")
    # A value that comes back unchanged may be a default, which is no limit; it stays what it is.
    memory = body.memory if body.memory != row.memory else None
    runtime = body.runtime if body.runtime != row.runtime else None
    columns = _columns(body.model_copy(update={"memory": memory, "runtime": runtime}), given)
    if body.name is not None and body.name != row.name:
        columns["name"] = _free_name(body.name)
    if columns:
        change_requirements(row, columns)
    return _out(row)


@router.delete("/resource_requirements/{int:requirements_id}", response=RequirementsOut)
def delete_resource_requirements(request: ApiRequest, requirements_id: int) -> Fields:
    """Delete resource requirements that no job asks for."""
    row = _requirements(request.auth, requirements_id)
    out = _out(row)
    delete_requirements(row.workflow_id, [row.pk])
    return out


def _requirements(actor: Actor, requirements_id: int) -> ResourceRequirements:
    rows = visible(ResourceRequirements.objects.all(), actor)
    return row_or_404(rows, "resource requirements", requirements_id)


def _out(row: ResourceRequirements) -> Fields:
    return {name: getattr(row, name) for name in FIELDS}


def sizes_of(memory: str | None, runtime: str | None) -> dict[str, Any]:
    """Return the columns that hold a memory and runtime; those that somebody chose are limits.

    Torc's clients send their defaults along, so these place a job and never end it.

    Raises:
        Invalid: one of them is not a size or duration, or out of range.
    """
    columns: dict[str, Any] = {}
    for name, text, parse, column in (
        ("memory", memory, parse_memory, "memory_bytes"),
        ("runtime", runtime, parse_runtime, "runtime_seconds"),
    ):
        if text is None:
            continue
        try:
            columns |= {name: text, column: parse(text)}
        except SpecError as error:
            refuse(error.problems[0], f"/{name}")
        columns[f"enforces_{name}"] = text not in CLIENT_DEFAULTS
    return columns
