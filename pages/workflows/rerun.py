"""The page of a rerun: it counts what a rerun would do, then one request does it."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import Caller, caller_of
from jobs.tasks import publish
from pages.messages import add_refusal, add_success
from pages.workflows.forms import RerunForm
from pages.workflows.header import visible_workflow
from specification.texts.counts import counted
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.rerun.new_run import begin_new_run
from workflows.rerun.preview import RerunPreview, preview_rerun
from workflows.rerun.rerun import rerun_once
from workflows.rerun.wording import command_line, receipt_in_words, selection_in_words

KEY_LENGTH = 32
SELECTING = ("job", "status", "family", "cause", "name", "return_code")
"""Parameters of the address that select jobs; the others can be changed on the page."""
STATUSES = {"missing": 404, "invalid": 422, "conflict": 409}


@require_http_methods(["GET", "HEAD", "POST"])
def rerun(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Count what a rerun would do, under an address that can be shared; a POST does just that."""
    caller = caller_of(request)
    workflow = visible_workflow(caller.actor, workflow_id)
    form = RerunForm(_form_values(request.GET))
    if not form.is_valid():
        return _page(request, workflow, form, status=422)
    if request.method == "POST":
        return _rerun(request, workflow, form, caller)
    try:
        preview = preview_rerun(workflow, form.selection(), form.options())
    except Refused as refusal:
        return _page(request, workflow, form, refusal=refusal, status=STATUSES[refusal.kind])
    return _page(request, workflow, form, preview=preview, changes=_changes(preview))


def _rerun(
    request: HttpRequest, workflow: Workflow, form: RerunForm, caller: Caller
) -> HttpResponse:
    """Do what the page has shown, once however often its button is pressed."""
    options = form.options(starts="starts" in request.POST, force="force" in request.POST)
    expected = request.POST.get("expected", "")
    key = request.POST.get("key", "").replace("\0", "")[:KEY_LENGTH]
    try:
        done = rerun_once(
            workflow, form.selection(), options, caller=caller, expected=expected, key=key
        )
    except Refused as refusal:
        add_refusal(request, refusal)
        return redirect(request.get_full_path())
    publish(done.opened)
    add_success(request, receipt_in_words(done.summary), done.audit_id)
    return redirect(workflow)


def _form_values(query: QueryDict) -> QueryDict:
    """Return the query with the two options of the API as the one choice that the page offers."""
    values = query.copy()
    upstream, downstream = (values.pop(name, [""])[-1] for name in ("upstream", "downstream"))
    if upstream == "true":
        values["around"] = "upstream"
    elif downstream == "false":
        values["around"] = "only"
    return values


def _page(
    request: HttpRequest, workflow: Workflow, form: RerunForm, status: int = 200, **more: Any
) -> HttpResponse:
    given = [(name, value) for name in SELECTING for value in request.GET.getlist(name)]
    nothing = {"preview": None, "refusal": None, "changes": (), "selection": "", "command_line": ""}
    context: dict[str, Any] = nothing | {"workflow": workflow, "form": form, "given": given} | more
    if form.is_valid():
        selection, options = form.selection(), form.options()
        context["selection"] = selection_in_words(selection)
        context["command_line"] = command_line(workflow.pk, selection, options)
    context["key"] = secrets.token_hex(KEY_LENGTH // 2)
    return render(request, "workflows/rerun.html", context, status=status)


def _changes(preview: RerunPreview) -> list[dict[str, Any]]:
    """Return what changes in each requirement that some of the jobs have now."""
    words = {"num_cpus": "CPUs", "num_gpus": "GPUs"}
    return [
        {
            "name": change.name,
            "n_jobs": change.n_jobs,
            "rows": [
                (words.get(key, key), change.before[key], after)
                for key, after in change.after.items()
                if change.before[key] != after
            ],
        }
        for change in preview.changes
    ]


@require_POST
def rerun_everything(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Begin a new run with every job, unless that has been done since the page was shown."""
    caller = caller_of(request)
    workflow = visible_workflow(caller.actor, workflow_id)
    if request.POST.get("run_id") != str(workflow.run_id):
        return redirect(workflow)  # a double click: the new run has begun
    try:
        begun = begin_new_run(workflow, starts="starts" in request.POST, caller=caller)
    except Refused as refusal:
        add_refusal(request, refusal)
        return redirect(reverse("rerun", args=[workflow_id]))
    publish(begun.opened)
    started = " Started." if "starts" in request.POST else ""
    sentence = f"{counted(begun.n_jobs, 'job')} reset for a new run.{started}"
    add_success(request, sentence, begun.audit_id)
    return redirect(workflow)
