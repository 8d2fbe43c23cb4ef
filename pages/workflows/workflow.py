from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jobs.explain.job_rows import job_rows
from jobs.models import Job, Result
from jobs.models.job import JobQuerySet
from jobs.statuses import DISPLAY_ORDER, RERUNNABLE, JobStatus
from pages.live import Live, live_page, unchanged
from pages.shared_rendering import PageContent
from pages.tables import ordering, slice_of
from pages.workflows.chart import Chosen, chart_of, chosen_of, matrix_of, sum_of
from pages.workflows.header import Head, Scene, head_of, scene_of, shared_view
from web.requests import HtmxRequest
from workflows.failures.queries import cause_counts
from workflows.graph.counts import count_families
from workflows.models import Workflow

COLUMNS = {
    "id": ("family", "pk"),
    "name": ("name",),
    "status": ("status", "family", "pk"),
}
WORDS = [one.word for one in DISPLAY_ORDER]
MAX_CAUSES = 3


@require_safe
def jobs(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """Show how a workflow stands, and its jobs, with why those wait that do."""
    return shared_view(request, workflow_id, lambda scene: _shown(request, scene))


def _shown(request: HtmxRequest, scene: Scene) -> PageContent:
    families = count_families(scene.workflow.pk)
    head = head_of(scene, sum_of(families))
    chosen = chosen_of(request, scene.workflow)
    context = {
        "head": head,
        "tab": "jobs",
        **chart_of(request, scene.workflow, families, chosen),
        "matrix": matrix_of(scene.workflow, chosen),
        **_table(request, head, chosen),
        **failures_card(head),
    }
    title = f"{scene.workflow.name} #{scene.workflow.pk}"
    return PageContent("workflows/_jobs.html", context, title, head.status.word, head.live)


def failures_card(head: Head) -> dict[str, Any]:
    """Return what the card of a workflow's failures shows: the causes that most jobs have."""
    found = cause_counts([head.workflow]) if head.n_failed else []
    return {"top_causes": found[:MAX_CAUSES], "n_more_causes": len(found[MAX_CAUSES:])}


def _table(request: HtmxRequest, head: Head, chosen: Chosen | None) -> dict[str, Any]:
    workflow = head.workflow
    status, text = request.GET.get("status", ""), request.GET.get("q", "").strip()
    cause = request.GET.get("cause", "")
    status = status if status in WORDS else ""
    rows = _matching(workflow, status, text, cause)
    if chosen is not None:
        rows = chosen.of(rows)
    sort, fields = ordering(request, COLUMNS, "id")
    if status and sort == "id":
        fields = COLUMNS["status"]  # an index has this order: nothing is sorted for one page
    is_counted = bool(text or cause or chosen)
    total = rows.count() if is_counted else head.counts.get(status, 0) if status else head.n_jobs
    shown = slice_of(
        rows.order_by(*fields),
        request,
        lambda found: job_rows(found, workflow, head.nodes),
        total=total,
    )
    asked = {"status": status, "q": text, "cause": cause}
    is_rerunnable = not status or JobStatus.of_word(status) in RERUNNABLE
    may_rerun = head.may_reset and any(asked.values()) and is_rerunnable and chosen is None
    return {"slice": shown, "sort": sort, "words": WORDS, **asked, "may_rerun_these": may_rerun}


def _matching(workflow: Workflow, status: str, text: str, cause: str) -> JobQuerySet:
    rows = Job.objects.filter(workflow=workflow)
    if status:
        rows = rows.with_status(JobStatus.of_word(status))
    if text:
        rows = rows.filter(name__icontains=text)
    if cause:
        last = {"job": OuterRef("pk"), "run_id": workflow.run_id}
        attempts = Result.objects.filter(**last, attempt_id=OuterRef("n_attempts"), cause=cause)
        rows = rows.filter(Exists(attempts))
    return rows


@require_safe
def spec(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """Show the spec that a workflow was made from, as it was written."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    head = head_of(scene)
    text = Workflow.objects.values_list("spec_text", flat=True).get(pk=workflow_id)
    context = {"head": head, "tab": "spec", "text": text}
    title = f"Spec · {scene.workflow.name} #{workflow_id}"
    live = Live(head.live.revision, None)  # a spec is long and never changes
    return live_page(request, "workflows/_spec.html", context, title=title, live=live)
