from django.db.models import Count, Max, Sum
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.credentials import person
from jobs.nodes.online import online_nodes
from pages.live import BUSY_SECONDS, IDLE_SECONDS, Live, heartbeat, live_page, unchanged
from pages.tables import PAGE_SIZE, Slice, page_number
from web.requests import HtmxRequest
from workflows.models import IS_ACTIVE, Workflow, WorkflowQuerySet
from workflows.status.overview import (
    STATES,
    WorkflowRow,
    attention_first,
    in_state,
    totals,
    workflow_rows,
)

STATE_WORDS = dict(
    zip(STATES, ("needs attention", "running", "not started", "ended", "archived"), strict=True)
)


@require_safe
def workflows(request: HtmxRequest) -> HttpResponse:
    """List the workflows that the person may see, those that need somebody first."""
    visible = Workflow.objects.visible_to(person(request).actor())
    now = timezone.now()
    nodes = online_nodes(now)
    known = visible.aggregate(
        n=Count("pk"),
        changes=Sum("revision"),
        last=Max("pk"),
        n_active=Count("pk", filter=IS_ACTIVE),
    )
    age = heartbeat(now) if known["n_active"] else 0
    busy = sum(node.free_cpus for node in nodes)
    revision = f"{known['last']}.{known['n']}.{known['changes']}.{len(nodes)}.{busy}.{age}"
    if answer := unchanged(request, revision):
        return answer
    context = {
        "slice": _slice(request, visible, known["n"], len(nodes)),
        "n_active": known["n_active"],
        "n_workflows": known["n"],
        "totals": totals(visible, nodes),
        "states": STATE_WORDS,
        **_asked(request),
    }
    live = Live(revision, BUSY_SECONDS if known["n_active"] else IDLE_SECONDS)
    return live_page(request, "workflows/_list.html", context, title="Workflows", live=live)


def _asked(request: HtmxRequest) -> dict[str, str]:
    """Return what the address narrows the list down to; nonsense narrows nothing."""
    state, show = request.GET.get("state", ""), request.GET.get("show", "")
    return {
        "q": request.GET.get("q", "").strip(),
        "show": show if show == "mine" else "",
        "state": state if state in STATES else "",
    }


def _slice(
    request: HtmxRequest, visible: WorkflowQuerySet, n_visible: int, n_online: int
) -> Slice[WorkflowRow]:
    asked = _asked(request)
    rows = in_state(visible, asked["state"])
    if asked["q"]:
        rows = rows.filter(name__icontains=asked["q"])
    if asked["show"]:
        rows = rows.filter(owner=person(request))
    number = page_number(request)
    start = (number - 1) * PAGE_SIZE
    ordered = attention_first(rows).select_related("owner").defer("spec_text", "env", "metadata")
    found = list(ordered[start : start + PAGE_SIZE + 1])
    return Slice(
        workflow_rows(found[:PAGE_SIZE], n_online=n_online, now=timezone.now()),
        number,
        rows.count() if any(asked.values()) else n_visible,
        len(found) > PAGE_SIZE,
    )
