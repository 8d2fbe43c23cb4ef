from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Length, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.authentication import person
from jobs.explaining import explain
from jobs.listing import with_error
from jobs.models import Job, JobFile, JobUserData, Result
from jobs.states import BAD, COMPLETE, JobStatus
from jobs.views.logs import log_context
from torc_site.http import HtmxRequest
from torc_site.pages import BUSY_SECONDS, IDLE_SECONDS, Live, live_page, unchanged
from workflows import lifecycle
from workflows.refusal import Refused
from workflows.views.header import Scene, scene_of, workflow_of
from workflows.views.receipts import refused, say

MAX_ATTEMPTS = 20
MAX_LINKS = 200
PREVIEW_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Attempts:
    """The latest attempts at a job, and the one that is looked at."""

    latest: list[Result]
    chosen: Result | None


@require_safe
def job(request: HtmxRequest, workflow_id: int, job_id: int) -> HttpResponse:
    """Show one job: why it stands as it does, its attempts, and the log of one of them."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    found = _job_of(scene, job_id)
    attempts = _attempts(request, found)
    context = {
        "job": found,
        "workflow": scene.workflow,
        "why": _why(found, scene, attempts),
        "attempts": attempts.latest,
        "attempt": attempts.chosen,
        "may_cancel": found.status not in COMPLETE and found.status != JobStatus.DISABLED,
        **_links(found),
        **log_context(request, found, attempts.chosen),
    }
    title = f"{found.name} · {scene.workflow.name} #{workflow_id}"
    return live_page(request, "jobs/_job.html", context, title=title, live=_live(scene, found))


def _why(found: Job, scene: Scene, attempts: Attempts) -> str:
    """Return why the job stands as it does; of a bad end with what its log says."""
    why = explain([found], scene.now, scene.nodes).get(found.pk, "")
    is_bad = found.status in BAD and bool(attempts.latest)
    return with_error(why, attempts.latest[0].error_line) if is_bad else why


def _live(scene: Scene, found: Job) -> Live:
    is_over = found.status in COMPLETE and not scene.workflow.is_active
    seconds = BUSY_SECONDS if scene.workflow.is_active else IDLE_SECONDS
    return Live(scene.revision, None if is_over else seconds)


def _job_of(scene: Scene, job_id: int) -> Job:
    related = ("requirements", "family", "canceled_by", "failure_handler")
    jobs = Job.objects.select_related(*related).filter(workflow=scene.workflow)
    found = jobs.filter(pk=job_id).first()
    if found is None:
        raise Http404(f"There is no job {job_id} in workflow {scene.workflow.pk}.")
    found.workflow = scene.workflow
    return found


def _attempts(request: HttpRequest, found: Job) -> Attempts:
    rows = found.results.select_related("compute_node").order_by("-run_id", "-attempt_id")
    latest = list(rows[:MAX_ATTEMPTS])
    wanted = request.GET.get("attempt", "")
    chosen = next((one for one in latest if str(one.pk) == wanted), latest[0] if latest else None)
    return Attempts(latest, chosen)


def _links(found: Job) -> dict[str, Any]:
    """Return what the job reads and writes, in one query."""
    files = _link_rows(JobFile.objects.filter(job=found), "file", "path")
    data = _link_rows(JobUserData.objects.filter(job=found), "user_data", "data")
    rows = list(files.union(data, all=True).order_by("kind", "name")[: MAX_LINKS + 1])
    sides = (("Reads", False), ("Writes", True))
    return {
        "sides": [
            (heading, [row for row in rows[:MAX_LINKS] if row["is_output"] == is_output])
            for heading, is_output in sides
        ],
        "has_more_links": len(rows) > MAX_LINKS,
        "preview_characters": PREVIEW_CHARACTERS,
    }


def _link_rows(links: QuerySet[Any], kind: str, text: str) -> QuerySet[Any, dict[str, Any]]:
    return links.order_by().values(
        "is_output",
        kind=Value(kind),
        target=F(f"{kind}_id"),
        name=F(f"{kind}__name"),
        preview=Substr(f"{kind}__{text}", 1, PREVIEW_CHARACTERS),
        size=Length(f"{kind}__{text}"),
    )


@require_POST
def cancel(request: HttpRequest, workflow_id: int, job_id: int) -> HttpResponse:
    """End or give up one job; what waits for it follows as its flag says."""
    workflow = workflow_of(request, workflow_id)
    found = Job.objects.filter(workflow=workflow, pk=job_id).first()
    if found is None:
        raise Http404(f"There is no job {job_id} in workflow {workflow_id}.")
    try:
        lifecycle.cancel_job(job_id, by=person(request).username)
        say(request, f"{found.name} is being canceled.")
    except Refused as refusal:
        refused(request, refusal)
    return redirect(found)
