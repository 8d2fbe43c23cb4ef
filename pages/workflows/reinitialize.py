"""Running again what is stale: a page that lists it with why, then one request that does it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import audited
from accounts.credentials import person
from jobs.tasks import publish
from pages.messages import add_refusal, add_success
from pages.workflows.header import workflow_of
from web.requests import HtmxRequest
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.stale import reinitialize as reinitialize_rules
from workflows.stale.reinitialize import Reinitialization
from workflows.stale.stale_jobs import StaleJob, n_stale, stale_jobs

MAX_LISTED = 200
CAUSES = {
    "user_data": "read user data that has changed",
    "file": "read a file that has changed or is gone",
    "command": "have another command now",
    "output": "miss an output",
    "upstream": "follow from those",
}


@require_safe
def stale_notice(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """Say how many jobs are stale, for a page that shall not wait for the count."""
    workflow = workflow_of(request, workflow_id)
    if not request.htmx:
        return redirect("reinitialize_workflow", workflow_id)
    context = {"workflow": workflow, "n_stale": n_stale(workflow)}
    return render(request, "workflows/stale_notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reinitialize(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """List the stale jobs with why; a POST makes them, and what follows, ready or blocked again."""
    workflow = workflow_of(request, workflow_id)
    stale = stale_jobs(workflow)
    if request.method == "POST":
        return _do(request, workflow, stale)
    context = {
        "workflow": workflow,
        "n_stale": len(stale),
        "stale": stale[:MAX_LISTED],
        "causes": _by_reason(stale),
        "expected": _fingerprint(stale),
    }
    return render(request, "workflows/reinitialize.html", context)


def _by_reason(stale: Iterable[StaleJob]) -> list[tuple[int, str]]:
    """Return how many jobs have each kind of cause, the first one they have."""
    counts: Counter[str] = Counter(job.reasons[0].kind for job in stale)
    return [(counts[kind], words) for kind, words in CAUSES.items() if counts[kind]]


def _fingerprint(stale: Iterable[StaleJob]) -> str:
    """Return what stands for this very set of jobs."""
    return sha256(",".join(str(job.job_id) for job in stale).encode()).hexdigest()[:16]


def _do(request: HttpRequest, workflow: Workflow, stale: Sequence[StaleJob]) -> HttpResponse:
    again = redirect(reverse("reinitialize_workflow", args=[workflow.pk]))
    if request.POST.get("expected") != _fingerprint(stale):
        detail = "Other jobs are stale now than the page had shown; nothing was done."
        add_refusal(request, Refused("stale_jobs_changed", detail, hint="Look again, then rerun."))
        return again
    try:
        done, entry_id = _reinitialize(request, workflow)
    except Refused as refusal:
        add_refusal(request, refusal)
        return again
    publish(done.opened)
    add_success(request, _sentence(done, "starts" in request.POST), entry_id)
    return redirect(workflow)


def _reinitialize(request: HttpRequest, workflow: Workflow) -> tuple[Reinitialization, int | None]:
    verb = "reinitialize_workflow"
    with audited(request, verb, workflow.pk, in_transaction=False) as trail:
        done = reinitialize_rules.reinitialize(
            workflow.pk,
            force="force" in request.POST,
            starts="starts" in request.POST,
            by=person(request).username,
        )
        trail.add(n_stale=len(done.stale), n_reset=done.n_reset)
    return done, trail.entry_id


def _sentence(done: Reinitialization, starts: bool) -> str:
    if not done.n_reset:
        return "Nothing was stale any more; nothing was done."
    n_more = done.n_reset - len(done.stale)
    more = f", {n_more:,} that had not ended among them" if n_more > 0 else ""
    started = " Started." if starts else ""
    return f"{done.n_reset:,} stale jobs reset{more}.{started} A rerun cannot be undone."
