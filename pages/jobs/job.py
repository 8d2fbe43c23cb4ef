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
from jobs.statuses import COMPLETE, RERUNNABLE, UNSUCCESSFUL, JobStatus
from pages.jobs.log import log_context
from pages.jobs.stages import stages_of
from pages.jobs.surroundings import drawing_of, links_of
from pages.jobs.usage import usage_of
from pages.live import BUSY_SECONDS, IDLE_SECONDS, Live, live_page, unchanged
from pages.messages import add_refusal, add_success
from pages.workflows.header import Snapshot, snapshot_of, workflow_of
from web.requests import HtmxRequest
from workflows.errors import Refused
from workflows.lifecycle import lifecycle
from workflows.models import Workflow
from workflows.rerun.options import RerunOptions
from workflows.rerun.selection import Selection
from workflows.rerun.wording import command_line

MAX_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Attempts:
    """The latest attempts at a job, and the one that the page shows."""

    latest: list[Result]
    chosen: Result | None
    has_more: bool

    @property
    def is_latest_chosen(self) -> bool:
        """Return whether no later attempt follows the one that the page shows."""
        return not self.latest or self.chosen == self.latest[0]


@require_safe
def job(request: HtmxRequest, workflow_id: int, job_id: int) -> HttpResponse:
    """Show one job: why it stands as it does, its attempts, and the log of one of them."""
    snapshot = snapshot_of(request, workflow_id)
    if answer := unchanged(request, snapshot.revision):
        return answer
    job = _job_of(snapshot, job_id)
    attempts = _attempts(request, job)
    around = neighbors_of(job.pk)
    why = _why(job, snapshot, attempts)
    context = {
        "job": job,
        "workflow": snapshot.workflow,
        "why": why,
        "sentence": sentence(job, why, around),
        "attempts": attempts,
        "attempt": attempts.chosen,
        "around": around,
        "drawing": drawing_of(job, around),
        "environment": sorted({*snapshot.workflow.env, *job.env}),
        **_actions(job, snapshot.workflow),
        **_used(job, snapshot, attempts),
        **links_of(job, snapshot.workflow),
        **log_context(request, job, attempts.chosen),
    }
    title = f"{job.name} · {snapshot.workflow.name} #{workflow_id}"
    live = _live(snapshot, job)
    return live_page(
        request, "jobs/job.html", context, title=title, live=live, status=job.status_word
    )


def sentence(job: Job, why: str, around: Neighborhood) -> str:
    """Return how a job stands: what it came to, on which try, why, and what that blocks."""
    text = why
    if job.status in UNSUCCESSFUL:
        tries = f" on try {job.n_attempts}" if job.n_attempts > 1 else ""
        state = job.status_word.replace("_", " ")
        text = why if why.startswith(state) else f"{state}{tries}{': ' if why else ''}{why}"
        held = around.held_back()
        text += f"; blocks {held}" if held else ""
    return text[:1].upper() + text[1:]


def _why(job: Job, snapshot: Snapshot, attempts: Attempts) -> str:
    """Return why the job stands as it does; of a bad end with what its log says."""
    why = explain([job], snapshot.now, snapshot.nodes).get(job.pk, "")
    is_bad = job.status in UNSUCCESSFUL and bool(attempts.latest)
    return with_error(why, attempts.latest[0].error_line) if is_bad else why


def _actions(job: Job, workflow: Workflow) -> dict[str, Any]:
    is_cancelable = job.status not in COMPLETE and job.status != JobStatus.DISABLED
    may_rerun = job.status in RERUNNABLE and workflow.run_id > 0 and not workflow.is_archived
    selection = Selection(job_ids=(job.pk,))
    return {
        "may_cancel": is_cancelable and not workflow.is_archived,
        "may_rerun": may_rerun,
        "rerun_line": command_line(workflow.pk, selection, RerunOptions()) if may_rerun else "",
    }


def _used(job: Job, snapshot: Snapshot, attempts: Attempts) -> dict[str, Any]:
    attempt, is_latest = attempts.chosen, attempts.is_latest_chosen
    return {
        "stages": stages_of(job, snapshot.workflow, attempt, snapshot.now, is_latest=is_latest),
        "usage": usage_of(attempt),
    }


def _live(snapshot: Snapshot, job: Job) -> Live:
    is_active = snapshot.workflow.is_active
    is_over = job.status in COMPLETE and not is_active
    seconds = BUSY_SECONDS if is_active else IDLE_SECONDS
    return Live(snapshot.revision, None if is_over else seconds)


def _job_of(snapshot: Snapshot, job_id: int) -> Job:
    related = ("requirements", "family", "canceled_by", "failure_handler")
    jobs = Job.objects.select_related(*related).filter(workflow=snapshot.workflow)
    job = jobs.filter(pk=job_id).first()
    if job is None:
        raise Http404(f"There is no job {job_id} in workflow {snapshot.workflow.pk}.")
    job.workflow = snapshot.workflow
    return job


def _attempts(request: HttpRequest, job: Job) -> Attempts:
    rows = job.results.select_related("compute_node").defer("usage")
    latest = list(rows.order_by("-run_id", "-attempt_id")[: MAX_ATTEMPTS + 1])
    wanted = request.GET.get("attempt", "")
    first = latest[0] if latest else None
    chosen = next((attempt for attempt in latest if str(attempt.pk) == wanted), first)
    return Attempts(latest[:MAX_ATTEMPTS], chosen, len(latest) > MAX_ATTEMPTS)


@require_POST
def cancel(request: HttpRequest, workflow_id: int, job_id: int) -> HttpResponse:
    """Cancel one job; jobs that wait for it are canceled too if their flag says so."""
    workflow = workflow_of(request, workflow_id)
    job = Job.objects.filter(workflow=workflow, pk=job_id).first()
    if job is None:
        raise Http404(f"There is no job {job_id} in workflow {workflow_id}.")
    try:
        with audited(request, "cancel_job", workflow_id, kind="job", object_id=job_id):
            lifecycle.cancel_job(job_id, by=person(request).username)
        add_success(request, f"{job.name} is being canceled.")
    except Refused as refusal:
        add_refusal(request, refusal)
    return redirect(job)
