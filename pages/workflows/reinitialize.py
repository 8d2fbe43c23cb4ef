"""The page of a reinitialize: it lists the stale jobs with why, then one request reruns them."""

from collections import Counter
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import audited
from accounts.credentials import person
from jobs.tasks import publish
from pages.messages import add_refusal, add_success
from pages.workflows.header import visible_workflow, workflow_of
from specification.texts.counts import agree, counted
from web.requests import HtmxRequest
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.stale import reinitialize as reinitialize_rules
from workflows.stale.reinitialize import Reinitialization
from workflows.stale.stale_jobs import StaleJob, fingerprint, n_stale, stale_jobs

MAX_LISTED = 200
REASONS = {
    "user_data": ("reads", "read", "user data that has changed"),
    "file": ("reads", "read", "a file that has changed or is gone"),
    "command": ("has", "have", "another command now"),
    "output": ("misses", "miss", "an output"),
    "upstream": ("follows", "follow", "from those"),
}
"""Kind of stale reason -> what one job does that has it first, what several do, and the rest."""


@require_safe
def stale_notice(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """Say how many jobs are stale, for a page that does not wait for the count."""
    workflow = workflow_of(request, workflow_id)
    if not request.htmx:
        return redirect("reinitialize_workflow", workflow_id)
    context = {"workflow": workflow, "n_stale": n_stale(workflow)}
    return render(request, "workflows/stale_notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reinitialize(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """List the stale jobs with why; a POST makes them, and what follows, ready or blocked again."""
    user = person(request)
    workflow = visible_workflow(user.actor(), workflow_id)
    if request.method == "POST":
        return _reinitialize(request, workflow, by=user.username)
    stale = stale_jobs(workflow)
    context = {
        "workflow": workflow,
        "n_stale": len(stale),
        "stale": stale[:MAX_LISTED],
        "reasons": _by_reason(stale),
        "expected": fingerprint(stale),
    }
    return render(request, "workflows/reinitialize.html", context)


def _by_reason(stale: Iterable[StaleJob]) -> list[tuple[int, str]]:
    """Return how many jobs have each kind of reason first, and what such jobs do."""
    counts: Counter[str] = Counter(job.reasons[0].kind for job in stale)
    return [
        (counts[kind], f"{agree(counts[kind], singular, plural)} {rest}")
        for kind, (singular, plural, rest) in REASONS.items()
        if counts[kind]
    ]


def _reinitialize(request: HttpRequest, workflow: Workflow, *, by: str) -> HttpResponse:
    starts = "starts" in request.POST
    verb = "reinitialize_workflow"
    try:
        with audited(request, verb, workflow.pk, in_transaction=False) as trail:
            done = reinitialize_rules.reinitialize(
                workflow,
                force="force" in request.POST,
                starts=starts,
                expected=request.POST.get("expected", ""),
                by=by,
            )
            trail.add(n_stale=len(done.stale), n_reset=done.n_reset)
    except Refused as refusal:
        add_refusal(request, refusal)
        return redirect(reverse("reinitialize_workflow", args=[workflow.pk]))
    publish(done.opened)
    add_success(request, _sentence(done, starts=starts), trail.entry_id)
    return redirect(workflow)


def _sentence(done: Reinitialization, *, starts: bool) -> str:
    if not done.n_reset:
        return "Nothing was stale any more; nothing was done."
    stale = agree(len(done.stale), "it", "them")
    behind = f", and {counted(done.n_unended, 'job')} behind {stale} that had not ended"
    jobs = f"{counted(len(done.stale), 'stale job')} reset{behind if done.n_unended else ''}"
    return f"{jobs}.{' Started.' if starts else ''} A rerun cannot be undone."
