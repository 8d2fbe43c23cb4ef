from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.authentication import person
from jobs.tasks import publish
from workflows import lifecycle
from workflows.forms import RerunForm
from workflows.models import Workflow
from workflows.refusal import Refused
from workflows.rerunning import rerun
from workflows.views.header import head_of, scene_of, workflow_of
from workflows.views.receipts import refused, say

Action = Callable[[Workflow, str], str]


def _act(request: HttpRequest, workflow_id: int, action: Action) -> HttpResponse:
    """Do one thing with a workflow and lead back to its page, which says how it went."""
    workflow = workflow_of(request, workflow_id)
    try:
        say(request, action(workflow, person(request).username))
    except Refused as refusal:
        refused(request, refusal)
    return redirect(workflow)


@require_POST
def start(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Let workers take the jobs of a workflow."""

    def action(workflow: Workflow, by: str) -> str:
        publish(lifecycle.start(workflow.pk, by=by))
        return "Started."

    return _act(request, workflow_id, action)


@require_POST
def initialize(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Make the jobs that are not initialised ready or blocked; none runs before a start."""

    def action(workflow: Workflow, by: str) -> str:
        done = lifecycle.initialize(workflow.pk, only_uninitialized=True, by=by)
        return f"Initialised: {done.n_ready:,} jobs ready, {done.n_blocked:,} blocked."

    return _act(request, workflow_id, action)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Ask what a cancel would end, then end it."""
    if request.method != "POST":
        return _ask(request, workflow_id, "workflows/cancel.html")

    def action(workflow: Workflow, by: str) -> str:
        return f"Canceled: {lifecycle.cancel(workflow.pk, by=by):,} jobs."

    return _act(request, workflow_id, action)


@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Ask what is to run again, then take it back and perhaps start it."""
    form = RerunForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, workflow_id, "workflows/reset.html")

    def action(workflow: Workflow, by: str) -> str:
        failed_only, starts = form.cleaned_data["scope"] == "failed", form.cleaned_data["starts"]
        done = rerun(workflow.pk, failed_only=failed_only, starts=starts, by=by)
        publish(done.opened)
        return f"{done.n_jobs:,} jobs reset{' and started' if starts else ''}."

    return _act(request, workflow_id, action)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Ask, then delete a workflow with all that belongs to it."""
    if request.method != "POST":
        return _ask(request, workflow_id, "workflows/delete.html")
    workflow = workflow_of(request, workflow_id)
    try:
        lifecycle.delete(workflow_id)
    except Refused as refusal:
        refused(request, refusal)
        return redirect(workflow)
    say(request, f"Deleted {workflow.name} (#{workflow_id}).")
    return redirect("workflows")


def _ask(request: HttpRequest, workflow_id: int, template: str) -> HttpResponse:
    scene = scene_of(request, workflow_id)
    return render(request, template, {"head": head_of(scene), "workflow": scene.workflow})
