from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jobs.models import Event
from pages.live import live_page, unchanged
from pages.tables import slice_of
from pages.workflows.header import head_of, scene_of
from web.requests import HtmxRequest


@require_safe
def events(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """List what happened to a workflow, the latest first."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    head = head_of(scene)
    rows = Event.objects.filter(workflow=scene.workflow).order_by("-timestamp", "-pk")
    context = {"head": head, "tab": "events", "slice": slice_of(rows, request, _told)}
    title = f"Events · {scene.workflow.name} #{workflow_id}"
    return live_page(request, "jobs/_events.html", context, title=title, live=head.live)


def _told(rows: QuerySet[Event]) -> list[dict[str, Any]]:
    return [_tell(event) for event in rows]


def _plain(name: str) -> str:
    """Return a key as a person would say it: `run` for `run_id`, `ready` for `n_ready`."""
    return str(name).removeprefix("n_").removesuffix("_id").replace("_", " ")


def _tell(event: Event) -> dict[str, Any]:
    """Return an event in columns; whatever a client stored in it is text."""
    data = event.data if isinstance(event.data, dict) else {"data": event.data}
    known = ("type", "category", "by", "job_id")
    rest = {_plain(name): value for name, value in data.items() if name not in known}
    return {
        "event": event,
        "what": str(data.get("type", "event")).replace("_", " "),
        "by": data.get("by", ""),
        "job_id": data.get("job_id") if isinstance(data.get("job_id"), int) else None,
        "rest": rest,
    }
