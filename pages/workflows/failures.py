"""Why jobs failed: in one workflow with what to do about it, and over all workflows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Sum
from django.db.models.functions import Right
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.credentials import person
from jobs.logs.text import readable
from jobs.models import Result
from jobs.recording.causes import CauseKind
from pages.live import IDLE_SECONDS, Live, live_page, unchanged
from pages.templatetags.looks import duration, size
from pages.workflows.header import head_of, scene_of
from web.requests import HtmxRequest
from workflows.failures.groups import FailureGroup, group_failures
from workflows.failures.queries import CauseOverview, cause_counts, group_by_cause
from workflows.models import Workflow

MAX_CAUSES = 50
LOG_LINES = 10
LOG_CHARACTERS = 4000
"""About as much of the end of a log is read for its last lines."""
MAX_WORKFLOWS = 10
"""How many of the workflows that one cause hit are listed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The end of one attempt's log, and whose it is."""

    result_id: int
    job_id: int
    job_name: str
    return_code: int | None
    stream: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One group with what a page adds to it."""

    group: FailureGroup
    mark: str
    samples: list[Sample]
    query: str
    """Selects the group's jobs in an address."""
    asks: list[tuple[str, str]]
    """What its jobs ask and need, in words."""


@require_safe
def failures(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """Group the failed jobs of a workflow by cause, each with its fix as one button."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    head = head_of(scene)
    found = group_failures(scene.workflow)
    cause = request.GET.get("cause", "")
    groups = [one for one in found.groups if not cause or one.cause == cause]
    samples = _samples([pk for one in groups for pk in one.sample_ids])
    context = {
        "head": head,
        "tab": "failures",
        "groups": [_show(one, samples) for one in groups],
        "found": found,
        "cause": cause,
        "n_without": head.n_failed - found.n_jobs,
    }
    title = f"Failures · {scene.workflow.name} #{workflow_id}"
    return live_page(request, "workflows/_failures.html", context, title=title, live=head.live)


def _show(group: FailureGroup, samples: Mapping[int, Sample]) -> Shown:
    return Shown(
        group=group,
        mark=mark_of(group.cause),
        samples=[samples[pk] for pk in group.sample_ids if pk in samples],
        query=urlencode({"cause": group.cause}),
        asks=_asks(group),
    )


def _asks(group: FailureGroup) -> list[tuple[str, str]]:
    """Return peak memory against what was asked, and the runtime if that was the limit."""
    told = []
    low, high = group.memory
    asked = size(high) if low == high else f"{size(low)} to {size(high)}"
    if group.peak_memory:
        least, most = group.peak_memory
        peak = size(most) if least == most else f"{size(least)} to {size(most)}"
        told.append(("Peak memory", f"{peak}, asked {asked}"))
    elif group.kind is CauseKind.MEMORY:
        told.append(("Memory", f"asked {asked}"))
    if group.kind is CauseKind.RUNTIME:
        told.append(("Runtime", f"asked {duration(group.runtime[1])}"))
    return told


def _samples(result_ids: Sequence[int]) -> dict[int, Sample]:
    """Return the last lines of some logs, in one query that reads their ends only."""
    rows = (
        Result.objects.filter(pk__in=result_ids)
        .annotate(
            stderr=Right("log_tail__stderr", LOG_CHARACTERS),
            stdout=Right("log_tail__stdout", LOG_CHARACTERS),
        )
        .values_list("pk", "job", "job__name", "return_code", "stderr", "stdout")
    )
    return {row[0]: _sample(*row) for row in rows}


def _sample(
    pk: int, job_id: int, name: str, code: int | None, stderr: str | None, stdout: str | None
) -> Sample:
    stream = "stderr" if (stderr or "").strip() or not (stdout or "").strip() else "stdout"
    text = stderr if stream == "stderr" else stdout
    return Sample(pk, job_id, name, code, stream, last_lines(text or ""))


def last_lines(text: str) -> str:
    """Return the end of a log as people read it."""
    lines = readable(text.encode(errors="replace")).strip("\n").split("\n")
    return "\n".join(lines[-LOG_LINES:])


@require_safe
def all_failures(request: HtmxRequest) -> HttpResponse:
    """List why jobs failed, over all workflows that the person may see and that are in use."""
    visible = Workflow.objects.visible_to(person(request).actor()).filter(is_archived=False)
    known = visible.aggregate(n=Count("pk"), last=Max("pk"), changes=Sum("revision"))
    revision = ".".join(str(one) for one in known.values())
    if answer := unchanged(request, revision):
        return answer
    text, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
    rows = visible.filter(owner=person(request)) if show == "mine" else visible
    found = [one for one in group_by_cause(cause_counts(rows)) if text.lower() in one.label.lower()]
    ids = {one.workflow_id for cause in found for one in cause.cause_counts}
    context = {
        "causes": _with_names(found[:MAX_CAUSES]),
        "n_causes": len(found),
        "n_more_causes": len(found[MAX_CAUSES:]),
        "n_jobs": sum(one.n_jobs for one in found),
        "n_workflows": len(ids),
        "q": text,
        "show": show if show == "mine" else "",
    }
    live = Live(revision, IDLE_SECONDS)
    return live_page(request, "workflows/_failures_all.html", context, title="Failures", live=live)


def _with_names(causes: list[CauseOverview]) -> list[dict[str, Any]]:
    ids = {one.workflow_id for cause in causes for one in cause.cause_counts[:MAX_WORKFLOWS]}
    rows = Workflow.objects.filter(pk__in=ids).values_list("pk", "name", "owner__username")
    names = {pk: (name, owner) for pk, name, owner in rows}
    return [_shown(cause, names) for cause in causes]


def _shown(cause: CauseOverview, names: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
    listed = cause.cause_counts[:MAX_WORKFLOWS]
    return {
        "cause": cause,
        "mark": mark_of(cause.label),
        "query": urlencode({"cause": cause.label}),
        "rows": [
            {
                "cause_count": one,
                "name": names[one.workflow_id][0],
                "owner": names[one.workflow_id][1],
            }
            for one in listed
        ],
        "n_more": len(cause.cause_counts) - len(listed),
    }


def mark_of(label: str) -> str:
    """Return a short name for a cause, which ids and addresses can hold."""
    return sha256(label.encode()).hexdigest()[:10]
