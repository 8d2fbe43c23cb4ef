from django.db.models import Count, Max, Q, Sum
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.authentication import person
from jobs.nodes import online_nodes
from torc_site.http import HtmxRequest
from torc_site.pages import (
    BUSY_SECONDS,
    IDLE_SECONDS,
    PAGE_SIZE,
    Live,
    Slice,
    heartbeat,
    live_page,
    page_number,
    unchanged,
)
from workflows.models import Workflow, WorkflowQuerySet
from workflows.surveying import Surveyed, attention_first, survey

ACTIVE = Q(is_started=True, ended_at__isnull=True)


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
        n_active=Count("pk", filter=ACTIVE),
    )
    age = heartbeat(now) if known["n_active"] else 0
    revision = f"{known['last']}.{known['n']}.{known['changes']}.{len(nodes)}.{age}"
    if answer := unchanged(request, revision):
        return answer
    context = {
        "slice": _slice(request, visible, known["n"], len(nodes)),
        "n_active": known["n_active"],
        "n_workflows": known["n"],
        "n_online": len(nodes),
        "q": request.GET.get("q", "").strip(),
        "show": request.GET.get("show", ""),
    }
    live = Live(revision, BUSY_SECONDS if known["n_active"] else IDLE_SECONDS)
    return live_page(request, "workflows/_list.html", context, title="Workflows", live=live)


def _slice(
    request: HtmxRequest, visible: WorkflowQuerySet, n_visible: int, n_online: int
) -> Slice[Surveyed]:
    text, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
    rows = visible.filter(name__icontains=text) if text else visible
    if show == "mine":
        rows = rows.filter(owner=person(request))
    elif show == "active":
        rows = rows.filter(ACTIVE)
    is_all = not text and show not in ("mine", "active")
    number = page_number(request)
    start = (number - 1) * PAGE_SIZE
    ordered = attention_first(rows).select_related("owner").defer("spec_text", "env", "metadata")
    found = list(ordered[start : start + PAGE_SIZE + 1])
    return Slice(
        survey(found[:PAGE_SIZE], n_online=n_online),
        number,
        n_visible if is_all else rows.count(),
        len(found) > PAGE_SIZE,
    )
