from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jobs.explain.job_rows import job_rows
from jobs.models import Job, Result
from jobs.models.job import JobQuerySet
from jobs.statuses import DISPLAY_ORDER, RERUNNABLE, JobStatus
from pages.shared_rendering import PageContent
from pages.tables import ordering, table_page
from pages.workflows.graph_card import ChosenFamily, chosen_family, graph_card, matrix_of, sum_of
from pages.workflows.header import Header, Snapshot, header_of, shared_view
from web.requests import HtmxRequest
from workflows.failures.queries import cause_counts
from workflows.graph.counts import count_families
from workflows.models import Workflow

COLUMNS = {
    "id": ("family", "pk"),
    "name": ("name",),
    "status": ("status", "family", "pk"),
}
WORDS = [status.word for status in DISPLAY_ORDER]
MAX_CAUSES = 3


@require_safe
def workflow(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """Show how a workflow stands, its graph, its failures and its jobs."""
    return shared_view(request, workflow_id, lambda snapshot: _shown(request, snapshot))


def _shown(request: HtmxRequest, snapshot: Snapshot) -> PageContent:
    workflow = snapshot.workflow
    families = count_families(workflow.pk)
    header = header_of(snapshot, sum_of(families))
    chosen = chosen_family(request, workflow)
    context = {
        "header": header,
        "tab": "jobs",
        **graph_card(request, workflow, families, chosen),
        "matrix": matrix_of(workflow, chosen),
        **_table(request, header, chosen),
        **failures_card(header),
    }
    title = f"{workflow.name} #{workflow.pk}"
    return PageContent("workflows/workflow.html", context, title, header.status.word, header.live)


def failures_card(header: Header) -> dict[str, Any]:
    """Return what the card of a workflow's failures shows: the causes of most failed jobs."""
    counts = cause_counts([header.workflow]) if header.n_failed else []
    return {"top_causes": counts[:MAX_CAUSES], "n_more_causes": len(counts[MAX_CAUSES:])}


def _table(request: HtmxRequest, header: Header, chosen: ChosenFamily | None) -> dict[str, Any]:
    workflow, filters = header.workflow, _filters(request)
    status = filters["status"]
    rows = _filtered(workflow, filters)
    if chosen is not None:
        rows = chosen.jobs_in(rows)
    sort, fields = ordering(request, COLUMNS, "id")
    if status and sort == "id":
        fields = COLUMNS["status"]  # an index has this order: nothing is sorted for one page
    if filters["q"] or filters["cause"] or chosen:
        total = rows.count()
    else:
        total = header.counts.get(status, 0) if status else header.n_jobs
    table = table_page(
        rows.order_by(*fields),
        request,
        lambda jobs: job_rows(jobs, workflow, header.nodes),
        total=total,
    )
    is_rerunnable = not status or JobStatus.of_word(status) in RERUNNABLE
    may_rerun = header.may_rerun and any(filters.values()) and is_rerunnable and chosen is None
    return {"table": table, "sort": sort, "words": WORDS, **filters, "may_rerun_these": may_rerun}


def _filters(request: HtmxRequest) -> dict[str, str]:
    """Return the filters in the address; an unknown status filters nothing."""
    status = request.GET.get("status", "")
    return {
        "status": status if status in WORDS else "",
        "q": request.GET.get("q", "").strip(),
        "cause": request.GET.get("cause", ""),
    }


def _filtered(workflow: Workflow, filters: dict[str, str]) -> JobQuerySet:
    rows = Job.objects.filter(workflow=workflow)
    if filters["status"]:
        rows = rows.with_status(JobStatus.of_word(filters["status"]))
    if filters["q"]:
        rows = rows.filter(name__icontains=filters["q"])
    if filters["cause"]:
        last = {"job": OuterRef("pk"), "run_id": workflow.run_id, "cause": filters["cause"]}
        attempts = Result.objects.filter(attempt_id=OuterRef("n_attempts"), **last)
        rows = rows.filter(Exists(attempts))
    return rows
