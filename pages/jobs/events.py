from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jobs.models import Event
from pages.live import unchanged
from pages.tables import table_page
from pages.workflows.header import header_of, snapshot_of, workflow_page
from web.requests import HtmxRequest

_COLUMNS = ("type", "category", "by", "job_id")
"""Keys of an event that have a column of their own, or none."""


@require_safe
def events(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """List what happened to a workflow, the latest first."""
    snapshot = snapshot_of(request, workflow_id)
    if answer := unchanged(request, snapshot.revision):
        return answer
    rows = Event.objects.filter(workflow=snapshot.workflow).order_by("-timestamp", "-pk")
    context = {"table": table_page(rows, request, _event_rows)}
    header = header_of(snapshot)
    return workflow_page(request, header, "jobs/events.html", context, tab="events", title="Events")


def _event_rows(events: QuerySet[Event]) -> list[dict[str, Any]]:
    return [_event_row(event) for event in events]


def _event_row(event: Event) -> dict[str, Any]:
    """Return an event in columns; whatever a client stored in it is text."""
    data = event.data if isinstance(event.data, dict) else {"data": event.data}
    details = {_plain(name): value for name, value in data.items() if name not in _COLUMNS}
    return {
        "event": event,
        "what": str(data.get("type", "event")).replace("_", " "),
        "by": data.get("by", ""),
        "job_id": data.get("job_id") if isinstance(data.get("job_id"), int) else None,
        "details": details,
    }


def _plain(name: str) -> str:
    """Return a key as a person would say it: `run` for `run_id`, `ready` for `n_ready`."""
    return str(name).removeprefix("n_").removesuffix("_id").replace("_", " ")
