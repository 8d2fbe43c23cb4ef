from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import Trail, audited
from accounts.credentials import person
from jobs.tasks import publish
from pages.messages import add_refusal, add_success
from pages.workflows.header import header_of, snapshot_of, workflow_of
from specification.texts.counts import counted
from workflows.errors import Refused
from workflows.lifecycle import lifecycle
from workflows.models import Workflow

Action = Callable[[Workflow, str, Trail], str]


def _act(
    request: HttpRequest,
    workflow_id: int,
    verb: str,
    action: Action,
    *,
    in_transaction: bool = True,
) -> HttpResponse:
    """Do one thing with a workflow and lead back to its page, which says how it went.

    Args:
        request: of the person who does it.
        workflow_id: the workflow.
        verb: what the audit calls it.
        action: does it, and returns the sentence that the next page shows.
        in_transaction: false for what looks at files, which may take long.
    """
    workflow = workflow_of(request, workflow_id)
    try:
        with audited(request, verb, workflow_id, in_transaction=in_transaction) as trail:
            sentence = action(workflow, person(request).username, trail)
        add_success(request, sentence)
    except Refused as refusal:
        add_refusal(request, refusal)
    return redirect(workflow)


@require_POST
def start(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Let workers take the jobs of a workflow."""

    def action(workflow: Workflow, by: str, _: Trail) -> str:
        publish(lifecycle.start(workflow.pk, by=by, may_be_complete=False))
        return "Started."

    return _act(request, workflow_id, "start_workflow", action, in_transaction=False)


@require_POST
def initialize(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Make the uninitialized jobs ready or blocked; none runs before a start."""

    def action(workflow: Workflow, by: str, trail: Trail) -> str:
        done = lifecycle.initialize(workflow.pk, only_uninitialized=True, by=by)
        trail.add(n_ready=done.n_ready, n_blocked=done.n_blocked)
        return f"Initialized: {counted(done.n_ready, 'job')} ready, {done.n_blocked:,} blocked."

    return _act(request, workflow_id, "initialize_workflow", action, in_transaction=False)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Show what a cancel would end and ask; a POST cancels the workflow."""
    if request.method != "POST":
        return _ask(request, workflow_id, "workflows/cancel.html")

    def action(workflow: Workflow, by: str, trail: Trail) -> str:
        n_jobs = lifecycle.cancel(workflow.pk, by=by)
        trail.add(n_canceled=n_jobs)
        return f"Canceled {counted(n_jobs, 'job')}."

    return _act(request, workflow_id, "cancel_workflow", action)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Ask whether to delete a workflow; a POST deletes it with all that belongs to it."""
    if request.method != "POST":
        return _ask(request, workflow_id, "workflows/delete.html")
    workflow = workflow_of(request, workflow_id)
    try:
        with audited(request, "delete_workflow", workflow_id, in_transaction=False) as trail:
            trail.add(name=workflow.name)
            lifecycle.delete(workflow_id)
    except Refused as refusal:
        add_refusal(request, refusal)
        return redirect(workflow)
    add_success(request, f"Deleted {workflow.name} (#{workflow_id}).")
    return redirect("workflows")


def _ask(request: HttpRequest, workflow_id: int, template: str) -> HttpResponse:
    snapshot = snapshot_of(request, workflow_id)
    return render(request, template, {"header": header_of(snapshot), "workflow": snapshot.workflow})
