from django.db.models import Count, Max, Sum
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.credentials import person
from accounts.models import User
from jobs.nodes.online import online_nodes
from pages.live import BUSY_SECONDS, IDLE_SECONDS, Live, heartbeat, live_page, unchanged
from pages.tables import PAGE_SIZE, TablePage, page_number
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
    user, now = person(request), timezone.now()
    visible = Workflow.objects.visible_to(user.actor())
    nodes = online_nodes(now)
    sums = visible.aggregate(
        n=Count("pk"),
        changes=Sum("revision"),
        last=Max("pk"),
        n_active=Count("pk", filter=IS_ACTIVE),
    )
    age = heartbeat(now) if sums["n_active"] else 0
    busy = sum(node.free_cpus for node in nodes)
    revision = f"{sums['last']}.{sums['n']}.{sums['changes']}.{len(nodes)}.{busy}.{age}"
    if answer := unchanged(request, revision):
        return answer
    filters = _filters(request)
    rows = _filtered(visible, user, filters)
    total = rows.count() if any(filters.values()) else sums["n"]
    context = {
        "table": _table_page(request, rows, total, len(nodes)),
        "n_active": sums["n_active"],
        "n_workflows": sums["n"],
        "totals": totals(visible, nodes),
        "states": STATE_WORDS,
        **filters,
    }
    live = Live(revision, BUSY_SECONDS if sums["n_active"] else IDLE_SECONDS)
    return live_page(request, "workflows/list.html", context, title="Workflows", live=live)


def _filters(request: HtmxRequest) -> dict[str, str]:
    """Return the filters in the address; an unknown value filters nothing."""
    state, show = request.GET.get("state", ""), request.GET.get("show", "")
    return {
        "q": request.GET.get("q", "").strip(),
        "show": show if show == "mine" else "",
        "state": state if state in STATES else "",
    }


def _filtered(rows: WorkflowQuerySet, user: User, filters: dict[str, str]) -> WorkflowQuerySet:
    rows = in_state(rows, filters["state"])
    if filters["q"]:
        rows = rows.filter(name__icontains=filters["q"])
    return rows.filter(owner=user) if filters["show"] else rows


def _table_page(
    request: HtmxRequest, rows: WorkflowQuerySet, total: int, n_online: int
) -> TablePage[WorkflowRow]:
    number = page_number(request)
    start = (number - 1) * PAGE_SIZE
    ordered = attention_first(rows).select_related("owner").defer("spec_text", "env", "metadata")
    workflows = list(ordered[start : start + PAGE_SIZE + 1])
    return TablePage(
        workflow_rows(workflows[:PAGE_SIZE], n_online=n_online, now=timezone.now()),
        number,
        total,
        len(workflows) > PAGE_SIZE,
    )
