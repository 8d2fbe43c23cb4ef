from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.audit import audited
from accounts.credentials import person
from jobs.tasks import publish
from pages.messages import add_refusal, add_success
from pages.workflows.forms import SpecForm
from specification.compile import plan_workflow
from specification.plan import WorkflowPlan
from specification.problems import Problem, SpecError
from specification.resource_totals import total_resources
from specification.samples import family_samples
from specification.texts.counts import counted
from web.requests import HtmxRequest
from workflows.creation.create import create_workflow
from workflows.errors import Refused
from workflows.graph.spec_preview import preview_graph
from workflows.lifecycle import lifecycle

MAX_FAMILIES = 200
LINE_WIDTH = 200


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a spec, and the text of the line that it is about."""

    problem: Problem
    line: str


@require_http_methods(["GET", "HEAD", "POST"])
def new_workflow(request: HtmxRequest) -> HttpResponse:
    """Check a spec, or create a workflow from it; nothing is stored unless the spec is right."""
    if request.method != "POST" or _is_emptied(request):
        return _page(request, {"form": SpecForm()})
    form = SpecForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, {"form": form, "text": form.data.get("text", "")}, 422)
    text = form.cleaned_data["text"]
    context: dict[str, Any] = {"form": form, "text": text}
    try:
        plan = plan_workflow(text, format=_format_of(form.cleaned_data["filename"]))
    except SpecError as error:
        return _page(request, {**context, "mistakes": _mistakes(error, text)}, 422)
    if request.htmx or request.POST.get("action") not in ("create", "start"):
        return _page(request, {**context, **_summary(plan)})
    return _create(request, plan, text)


def _is_emptied(request: HtmxRequest) -> bool:
    """Return whether the text was deleted while somebody types, which is no mistake."""
    return bool(request.htmx) and not (request.FILES or request.POST.get("text", "").strip())


def _summary(plan: WorkflowPlan) -> dict[str, Any]:
    samples = family_samples(len(plan.families), plan.jobs)
    return {
        "plan": plan,
        "requested": total_resources(plan.jobs, plan.requirements),
        "families": list(zip(plan.families, samples, strict=True))[:MAX_FAMILIES],
        "graph": preview_graph(plan),
    }


def _create(request: HtmxRequest, plan: WorkflowPlan, text: str) -> HttpResponse:
    user = person(request)
    with audited(request, "create_workflow", in_transaction=False, n_jobs=len(plan.jobs)) as trail:
        workflow = create_workflow(plan, owner=user, spec_text=text)
        trail.workflow_id = workflow.pk
    add_success(request, f"Created with {counted(len(plan.jobs), 'job')}.")
    if request.POST.get("action") == "start":
        try:
            with audited(request, "start_workflow", workflow.pk, in_transaction=False):
                opened = lifecycle.start(workflow.pk, by=user.username)
            publish(opened)
        except Refused as refusal:
            add_refusal(request, refusal)
    return redirect(workflow)


def _page(request: HtmxRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return the whole page, or while somebody types only the check of the spec."""
    template = "workflows/_spec_check.html" if request.htmx else "workflows/new.html"
    unknown = {"text": "", "mistakes": (), "plan": None, "is_live": bool(request.htmx)}
    return render(request, template, unknown | context, status=status)


def _format_of(filename: str | None) -> Literal["yaml", "json"] | None:
    ending = (filename or "").rpartition(".")[2].lower()
    return "json" if ending == "json" else "yaml" if ending in ("yaml", "yml") else None


def _mistakes(error: SpecError, text: str) -> list[Mistake]:
    lines = text.split("\n")

    def line_of(problem: Problem) -> str:
        number = problem.line or 0
        return lines[number - 1][:LINE_WIDTH] if 0 < number <= len(lines) else ""

    return [Mistake(problem, line_of(problem)) for problem in error.problems]
