from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import audited
from accounts.credentials import person
from jobs.dependencies.neighbors import Neighborhood, neighbors_of
from jobs.explain.job_rows import with_error
from jobs.explain.why_not_running import explain
from jobs.models import Job, Result
from jobs.statuses import BAD, COMPLETE, RERUNNABLE, JobStatus
from pages.jobs.logs import log_context
from pages.jobs.neighbours import drawing_of, links_of
from pages.jobs.usage import measures_of, stages_of
from pages.live import BUSY_SECONDS, IDLE_SECONDS, Live, live_page, unchanged
from pages.messages import refused, say
from pages.workflows.header import Scene, scene_of, workflow_of
from web.requests import HtmxRequest
from workflows.errors import Refused
from workflows.lifecycle import lifecycle
from workflows.rerun.options import RerunOptions
from workflows.rerun.selection import Selection
from workflows.rerun.wording import command_line

MAX_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Attempts:
    """The latest attempts at a job, and the one that is looked at."""

    latest: list[Result]
    chosen: Result | None
    has_more: bool

    @property
    def is_latest_chosen(self) -> bool:
        """Return whether no later attempt follows the one that is looked at."""
        return not self.latest or self.chosen == self.latest[0]


@require_safe
def job(request: HtmxRequest, workflow_id: int, job_id: int) -> HttpResponse:
    """Show one job: why it stands as it does, its attempts, and the log of one of them."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    found = _job_of(scene, job_id)
    attempts = _attempts(request, found)
    around = neighbors_of(found.pk)
    why = _why(found, scene, attempts)
    context = {
        "job": found,
        "workflow": scene.workflow,
        "why": why,
        "sentence": sentence(found, why, around),
        "attempts": attempts,
        "attempt": attempts.chosen,
        "around": around,
        "drawing": drawing_of(found, around),
        "environment": sorted({*scene.workflow.env, *found.env}),
        **_actions(found, scene),
        **_measured(found, scene, attempts),
        **links_of(found, scene.workflow),
        **log_context(request, found, attempts.chosen),
    }
    title = f"{found.name} · {scene.workflow.name} #{workflow_id}"
    return live_page(request, "jobs/_job.html", context, title=title, live=_live(scene, found))


def sentence(found: Job, why: str, around: Neighborhood) -> str:
    """Return how a job stands: what it came to, on which try, why, and what that blocks."""
    is_bad = found.status in (*BAD, JobStatus.PENDING_FAILED)
    told = why
    if is_bad:
        tries = f" on try {found.n_attempts}" if found.n_attempts > 1 else ""
        state = found.status_word.replace("_", " ")
        told = why if why.startswith(state) else f"{state}{tries}{': ' if why else ''}{why}"
        held = around.held_back()
        told += f"; blocks {held}" if held else ""
    return told[:1].upper() + told[1:]


def _why(found: Job, scene: Scene, attempts: Attempts) -> str:
    """Return why the job stands as it does; of a bad end with what its log says."""
    why = explain([found], scene.now, scene.nodes).get(found.pk, "")
    is_bad = found.status in BAD and bool(attempts.latest)
    return with_error(why, attempts.latest[0].error_line) if is_bad else why


def _actions(found: Job, scene: Scene) -> dict[str, Any]:
    workflow = scene.workflow
    is_cancelable = found.status not in COMPLETE and found.status != JobStatus.DISABLED
    may_rerun = found.status in RERUNNABLE and workflow.run_id > 0 and not workflow.is_archived
    selection = Selection(job_ids=(found.pk,))
    return {
        "may_cancel": is_cancelable and not workflow.is_archived,
        "may_rerun": may_rerun,
        "rerun_line": command_line(workflow.pk, selection, RerunOptions()) if may_rerun else "",
    }


def _measured(found: Job, scene: Scene, attempts: Attempts) -> dict[str, Any]:
    attempt, is_latest = attempts.chosen, attempts.is_latest_chosen
    return {
        "stages": stages_of(found, scene.workflow, attempt, scene.now, is_latest=is_latest),
        "measures": measures_of(attempt),
    }


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
    rows = found.results.select_related("compute_node").defer("usage")
    latest = list(rows.order_by("-run_id", "-attempt_id")[: MAX_ATTEMPTS + 1])
    wanted = request.GET.get("attempt", "")
    chosen = next((one for one in latest if str(one.pk) == wanted), latest[0] if latest else None)
    return Attempts(latest[:MAX_ATTEMPTS], chosen, len(latest) > MAX_ATTEMPTS)


@require_POST
def cancel(request: HttpRequest, workflow_id: int, job_id: int) -> HttpResponse:
    """End or give up one job; what waits for it follows as its flag says."""
    workflow = workflow_of(request, workflow_id)
    found = Job.objects.filter(workflow=workflow, pk=job_id).first()
    if found is None:
        raise Http404(f"There is no job {job_id} in workflow {workflow_id}.")
    try:
        with audited(request, "cancel_job", workflow_id, kind="job", object_id=job_id):
            lifecycle.cancel_job(job_id, by=person(request).username)
        say(request, f"{found.name} is being canceled.")
    except Refused as refusal:
        refused(request, refusal)
    return redirect(found)
