from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel

from accounts.actors import Actor
from accounts.credentials import ApiRequest
from accounts.visibility import visible
from api.body_parser import text_of_member, texts_of_members
from api.json_response import json_list, json_object_with, json_response
from api.names import checked_name, pointing_at_names
from api.pagination import ordered, page
from api.queries import job_in_workflow, row_or_404, visible_workflow, workflow_of_items
from api.schemas import MAX_LIMIT, DeletedOut, Fields, Id, deleted_fields
from api.userdata.save import checked_data, save
from api.userdata.schemas import (
    UserDataChange,
    UserDataIn,
    UserDataItemsIn,
    UserDataItemsOut,
    UserDataListOut,
    UserDataListQuery,
    UserDataOut,
)
from jobs.models import JobUserData
from userdata.history import author_of, signature
from userdata.models import UserData
from workflows.editing import delete_data
from workflows.editing.user_data import add_user_data
from workflows.models import Workflow

FIELDS = ("id", "workflow_id", "name", "is_ephemeral", "version", "data")
SORTS = {name: name for name in ("id", "workflow_id", "name", "is_ephemeral", "version")}

router = Router(tags=["user data"])


class LinkQuery(BaseModel):
    """Which jobs a new value is read and written by."""

    consumer_job_id: Id | None = None
    producer_job_id: Id | None = None


@router.get("/user_data", response=UserDataListOut)
def list_user_data(request: ApiRequest, query: Query[UserDataListQuery]) -> HttpResponse:
    """List the user data of a workflow, or what one job reads or writes."""
    rows = UserData.objects.filter(workflow=visible_workflow(request.auth, query.workflow_id))
    if query.name is not None:
        rows = rows.filter(name__contains=query.name)
    if query.is_ephemeral is not None:
        rows = rows.filter(is_ephemeral=query.is_ephemeral)
    for job_id, is_output in ((query.consumer_job_id, False), (query.producer_job_id, True)):
        if job_id is not None:
            links = JobUserData.objects.filter(job_id=job_id, is_output=is_output)
            rows = rows.filter(pk__in=links.values("user_data_id"))
    return page(ordered(rows.values(*FIELDS), query, SORTS), query, write=_texts)


@router.post("/user_data", response=UserDataOut)
def create_user_data(
    request: ApiRequest, body: UserDataIn, query: Query[LinkQuery]
) -> HttpResponse:
    """Add one value to a workflow, with the jobs that read and write it if they are named."""
    workflow = visible_workflow(request.auth, body.workflow_id)
    links = [
        (job_in_workflow(workflow, job_id).pk, is_output)
        for job_id, is_output in ((query.consumer_job_id, False), (query.producer_job_id, True))
        if job_id is not None
    ]
    values = _new_values(request.auth, workflow, [body], [text_of_member(request, "data")], "")
    with pointing_at_names(""):
        row = add_user_data(workflow.pk, values, links)[0]
    return json_response(_text(_fields(row)))


@router.post("/bulk_user_data", response=UserDataItemsOut)
def create_user_data_list(request: ApiRequest, body: UserDataItemsIn) -> HttpResponse:
    """Add many values to a workflow, all or none."""
    items = body.user_data
    workflow = workflow_of_items(request.auth, [item.workflow_id for item in items], MAX_LIMIT)
    texts = texts_of_members(request, "user_data", "data")
    at = "/user_data/{}"
    values = _new_values(request.auth, workflow, items, texts, at)
    with pointing_at_names(at):
        rows = add_user_data(workflow.pk, values)
    return json_response(f'{{"user_data":{_texts([_fields(row) for row in rows])}}}')


def _new_values(
    actor: Actor, workflow: Workflow, items: list[UserDataIn], texts: list[str | None], at: str
) -> list[UserData]:
    signed = signature(author_of(actor), timezone.now())
    return [
        UserData(
            workflow=workflow,
            name=checked_name(item.name, at.format(n)),
            is_ephemeral=bool(item.is_ephemeral),
            data=checked_data(workflow.pk, item.data, texts[n] or "null", at.format(n)),
            **signed,
        )
        for n, item in enumerate(items)
    ]


@router.delete("/user_data", response=DeletedOut)
def delete_all_user_data(request: ApiRequest, workflow_id: Id) -> Fields:
    """Delete all user data of a workflow that is not running."""
    workflow = visible_workflow(request.auth, workflow_id)
    return deleted_fields(delete_data.delete_user_data(workflow.pk), "value")


@router.get("/user_data/{int:user_data_id}", response=UserDataOut)
def get_user_data(request: ApiRequest, user_data_id: int) -> HttpResponse:
    """Return one value as it was written; its version is the ETag."""
    return value_response(visible_value(request.auth, user_data_id))


@router.put("/user_data/{int:user_data_id}", response=UserDataOut)
def update_user_data(request: ApiRequest, user_data_id: int, body: UserDataChange) -> HttpResponse:
    """Change a value; fields that are left out stay.

    A job may change the data of the outputs it declared. A browser has to name the version that it
    replaces, by If-Match or in the body; programs may.
    """
    row = visible_value(request.auth, user_data_id)
    text = text_of_member(request, "data") if "data" in body.model_fields_set else None
    return value_response(save(request, row, body, text))


@router.delete("/user_data/{int:user_data_id}", response=UserDataOut)
def delete_user_data(request: ApiRequest, user_data_id: int) -> HttpResponse:
    """Delete one value of a workflow that is not running."""
    row = visible_value(request.auth, user_data_id)
    fields = _fields(row)
    delete_data.delete_user_data(row.workflow_id, [row.pk])
    return json_response(_text(fields))


def visible_value(actor: Actor, user_data_id: int) -> UserData:
    """Return a value that the actor may see.

    Raises:
        Http404: there is none with this id.
    """
    return row_or_404(visible(UserData.objects.all(), actor), "user data", user_data_id)


def _fields(row: UserData) -> Fields:
    return {name: getattr(row, name) for name in FIELDS}


def _text(fields: Fields) -> str:
    """Return a value as JSON text, its data as it was written."""
    named: dict[str, Any] = dict(fields)
    data = named.pop("data")
    return json_object_with(named, "data", data)


def _texts(items: list[Fields]) -> str:
    return json_list(_text(fields) for fields in items)


def value_response(row: UserData) -> HttpResponse:
    """Return a value as a response; its version is the ETag."""
    response = json_response(_text(_fields(row)))
    response.headers["ETag"] = f'"{row.version}"'
    return response
