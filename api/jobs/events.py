from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router

from accounts.actors import Actor
from accounts.credentials import ApiRequest
from accounts.visibility import visible
from api.body_checks import refuse, refuse_changed, refuse_null
from api.jobs.events_schemas import EventChange, EventIn, EventListOut, EventListQuery, EventOut
from api.json_response import dumps
from api.pagination import ordered, page
from api.queries import row_or_404, visible_workflow
from api.schemas import DeletedOut, Fields, Id, deleted_fields
from jobs.models import Event
from specification.json_values import check_json_value, size_problem
from workflows.editing import events as editing
from workflows.editing.events import add_event, change_event

FIELDS = ("id", "workflow_id", "timestamp", "data")
SORTS = {"timestamp": "timestamp", "workflow_id": "workflow_id"}
MAX_DATA = 64 * 1024

router = Router(tags=["events"])


@router.get("/events", response=EventListOut)
def list_events(request: ApiRequest, query: Query[EventListQuery]) -> HttpResponse:
    """List what happened in a workflow."""
    rows = Event.objects.filter(workflow=visible_workflow(request.auth, query.workflow_id))
    if query.category is not None:
        rows = rows.filter(Q(data__category=query.category) | Q(data__type=query.category))
    if query.after_timestamp is not None:
        rows = rows.filter(timestamp__gt=query.after_timestamp)
    return page(ordered(rows.values(*FIELDS), query, SORTS), query)


@router.post("/events", response=EventOut)
def create_event(request: ApiRequest, body: EventIn) -> Fields:
    """Store an event, with the present time unless one is given."""
    workflow = visible_workflow(request.auth, body.workflow_id)
    _refuse_data(body.data)
    now = int(timezone.now().timestamp() * 1000)
    timestamp = now if body.timestamp is None else body.timestamp
    return _out(add_event(workflow.pk, timestamp=timestamp, data=body.data))


@router.delete("/events", response=DeletedOut)
def delete_events(request: ApiRequest, workflow_id: Id) -> Fields:
    """Delete the events of a workflow."""
    workflow = visible_workflow(request.auth, workflow_id)
    return deleted_fields(editing.delete_events(workflow.pk), "event")


@router.get("/events/{int:event_id}", response=EventOut)
def get_event(request: ApiRequest, event_id: int) -> Fields:
    """Return one event."""
    return _out(_event(request.auth, event_id))


@router.put("/events/{int:event_id}", response=EventOut)
def update_event(request: ApiRequest, event_id: int, body: EventChange) -> Fields:
    """Change an event; fields that are left out stay."""
    row = _event(request.auth, event_id)
    refuse_changed(body, _out(row), ("id", "workflow_id"))
    refuse_null(body, ("timestamp", "data"))
    changes = body.given("timestamp", "data")
    if "data" in changes:
        _refuse_data(changes["data"])
    if changes:
        change_event(row, changes)
    return _out(row)


@router.delete("/events/{int:event_id}", response=EventOut)
def delete_event(request: ApiRequest, event_id: int) -> Fields:
    """Delete one event."""
    row = _event(request.auth, event_id)
    out = _out(row)
    editing.delete_events(row.workflow_id, [event_id])
    return out


def _event(actor: Actor, event_id: int) -> Event:
    return row_or_404(visible(Event.objects.all(), actor), "event", event_id)


def _out(row: Event) -> Fields:
    return {name: getattr(row, name) for name in FIELDS}


def _refuse_data(data: Fields) -> None:
    """Refuse data that is nested too deep or too large.

    Raises:
        Invalid: it cannot be stored.
        TooLarge: it is too large.
    """
    refuse(check_json_value(data, max_bytes=None), "/data")
    size = len(dumps(data).encode())
    if size > MAX_DATA:
        refuse(size_problem(size, MAX_DATA), "/data")
