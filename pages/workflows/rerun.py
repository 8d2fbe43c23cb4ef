"""Running jobs again: a page that counts what that would do, then one request that does it."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import audited
from accounts.credentials import person
from accounts.models import AuditEntry
from jobs.tasks import publish
from pages.messages import receipt, refused
from pages.workflows.forms import RerunForm
from pages.workflows.header import workflow_of
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.rerun.preview import RerunOptions, RerunPreview
from workflows.rerun.rerun import Rerun, check_rerun, preview, rerun_all
from workflows.rerun.rerun import rerun as run_again
from workflows.rerun.wording import command_line, selection_in_words

VERB = "rerun_jobs"
KEY_LENGTH = 32
SELECTING = ("job", "status", "family", "cause", "name", "return_code")
"""What the address says about which jobs; the rest can be changed on the page."""
STATUSES = {"missing": 404, "invalid": 422, "conflict": 409}


@require_http_methods(["GET", "HEAD", "POST"])
def rerun(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Count what a rerun would do, so that it can be linked; a POST does just that."""
    workflow = workflow_of(request, workflow_id)
    form = RerunForm(_asked(request.GET))
    if not form.is_valid():
        return _page(request, workflow, form, status=422)
    if request.method == "POST":
        return _do(request, workflow, form)
    try:
        counted = preview(workflow, form.selection(), form.options())
    except Refused as refusal:
        return _page(request, workflow, form, refusal=refusal, status=STATUSES[refusal.kind])
    return _page(request, workflow, form, preview=counted, changes=_changes(counted))


def _changes(counted: RerunPreview) -> list[dict[str, Any]]:
    """Return, of each requirement that jobs will not ask any more, what changes in it."""
    words = {"num_cpus": "CPUs", "num_gpus": "GPUs"}
    return [
        {
            "name": one.name,
            "n_jobs": one.n_jobs,
            "rows": [
                (words.get(key, key), one.before[key], after)
                for key, after in one.after.items()
                if one.before[key] != after
            ],
        }
        for one in counted.changes
    ]


def _asked(query: QueryDict) -> QueryDict:
    """Return the query with the two options of the API as the one choice that the page offers."""
    asked = query.copy()
    upstream, downstream = (asked.pop(name, [""])[-1] for name in ("upstream", "downstream"))
    if upstream == "true":
        asked["around"] = "upstream"
    elif downstream == "false":
        asked["around"] = "only"
    return asked


def _page(
    request: HttpRequest, workflow: Workflow, form: RerunForm, status: int = 200, **found: Any
) -> HttpResponse:
    given = [(name, one) for name in SELECTING for one in request.GET.getlist(name)]
    context: dict[str, Any] = {"workflow": workflow, "form": form, "given": given, **found}
    if form.is_valid():
        selection, options = form.selection(), form.options()
        context["selection"] = selection_in_words(selection)
        context["command_line"] = command_line(workflow.pk, selection, options)
    context["key"] = secrets.token_hex(KEY_LENGTH // 2)
    return render(request, "workflows/rerun.html", context, status=status)


def _do(request: HttpRequest, workflow: Workflow, form: RerunForm) -> HttpResponse:
    """Do what the page has shown, once however often it is sent."""
    key = request.POST.get("key", "")[:KEY_LENGTH]
    if found := _entry_of(request, workflow, key):
        return _tell(request, workflow, found.summary, found.pk)
    options = form.options(starts="starts" in request.POST, force="force" in request.POST)
    try:
        done, summary, entry_id = _run_again(request, workflow, form, options, key)
    except Refused as refusal:
        if found := _entry_of(request, workflow, key):  # a double click: the first one did it
            return _tell(request, workflow, found.summary, found.pk)
        refused(request, refusal)
        return redirect(request.get_full_path())
    publish(done.opened)
    return _tell(request, workflow, summary, entry_id)


def _run_again(
    request: HttpRequest, workflow: Workflow, form: RerunForm, options: RerunOptions, key: str
) -> tuple[Rerun, dict[str, Any], int | None]:
    selection, expected = form.selection(), request.POST.get("expected", "")
    if not options.force:
        check_rerun(workflow.pk)
    with audited(request, VERB, workflow.pk, key=key) as trail:
        by = person(request).username
        done = run_again(workflow.pk, selection, options, by=by, expected=expected)
        trail.add(**done.summary)
    return done, trail.summary, trail.entry_id


def _entry_of(request: HttpRequest, workflow: Workflow, key: str) -> AuditEntry | None:
    """Return what has been written about this very request already."""
    mine = AuditEntry.objects.by(person(request).actor()).on_workflow(workflow.pk)
    return mine.filter(verb=VERB, summary__key=key).first() if key else None


def _tell(
    request: HttpRequest, workflow: Workflow, summary: dict[str, Any], entry_id: int | None
) -> HttpResponse:
    receipt(request, " ".join(_sentences(summary)), entry_id)
    return redirect(workflow)


def _sentences(summary: dict[str, Any]) -> Sequence[str]:
    """Return what was done in words: all of it, and that there is no way back."""
    told = [f"{_count(summary['n_selected'], 'job')} reset"]
    for name, noun, words in (
        ("n_upstream", "job", "{} before them too"),
        ("n_downstream", "job", "{} after them too"),
        ("n_running", "job", "{} of them canceled first"),
        ("n_files", "file", "{} will be overwritten"),
        ("n_user_data", "user data value", "{} will be overwritten"),
    ):
        told += [words.format(_count(summary[name], noun))] if summary[name] else []
    changes = [f"{name} {value}" for name, value in summary["change"].items()]
    told += [f"now with {', '.join(changes)}"] if changes else []
    started = "Started." if summary["is_active"] else "Not started."
    return [f"{', '.join(told)}.", started, "A rerun cannot be undone."]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@require_POST
def rerun_everything(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Begin a new run with every job, unless that has been done since the page was shown."""
    workflow = workflow_of(request, workflow_id)
    starts = "starts" in request.POST
    if request.POST.get("run_id") != str(workflow.run_id):
        return redirect(workflow)  # a double click: the new run has begun
    try:
        with audited(request, "rerun_workflow", workflow_id, in_transaction=False) as trail:
            n_jobs, opened = rerun_all(workflow_id, starts=starts, by=person(request).username)
            trail.add(n_jobs=n_jobs, starts=starts)
    except Refused as refusal:
        refused(request, refusal)
        return redirect(reverse("rerun", args=[workflow_id]))
    publish(opened)
    sentence = f"{_count(n_jobs, 'job')} reset for a new run."
    receipt(request, f"{sentence}{' Started.' if starts else ''}", trail.entry_id)
    return redirect(workflow)
