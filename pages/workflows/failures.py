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
from pages.workflows.header import header_of, snapshot_of, workflow_page
from web.requests import HtmxRequest
from workflows.failures.groups import FailureGroup, group_failures
from workflows.failures.queries import CauseOverview, cause_counts, group_by_cause
from workflows.models import Workflow

MAX_CAUSES = 50
LOG_LINES = 10
LOG_CHARACTERS = 4000
"""How much of the end of a log is read for its last lines."""
MAX_WORKFLOWS = 10
"""How many workflows are listed for one cause."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The end of the log of one attempt."""

    result_id: int
    job_id: int
    job_name: str
    stream: str
    text: str


@dataclass(frozen=True, slots=True)
class GroupCard:
    """One group of failures as the page shows it."""

    group: FailureGroup
    mark: str
    """Stands for the cause in ids."""
    samples: list[Sample]
    query: str
    """Selects the group's jobs in an address."""
    resources: list[tuple[str, str]]
    """What its jobs used and requested, in words."""


@require_safe
def failures(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """Group the failed jobs of a workflow by cause, each with its fix as one button."""
    snapshot = snapshot_of(request, workflow_id)
    if answer := unchanged(request, snapshot.revision):
        return answer
    header = header_of(snapshot)
    failures = group_failures(snapshot.workflow)
    cause = request.GET.get("cause", "")
    groups = [group for group in failures.groups if not cause or group.cause == cause]
    samples = _samples([pk for group in groups for pk in group.sample_ids])
    context = {
        "cards": [_card(group, samples) for group in groups],
        "n_listed": len(failures.groups),
        "n_causes": failures.n_groups,
        "cause": cause,
        "n_without_cause": max(header.n_failed - failures.n_jobs, 0),
    }
    template = "workflows/failures.html"
    return workflow_page(request, header, template, context, tab="failures", title="Failures")


def _card(group: FailureGroup, samples: Mapping[int, Sample]) -> GroupCard:
    return GroupCard(
        group=group,
        mark=mark_of(group.cause),
        samples=[samples[pk] for pk in group.sample_ids if pk in samples],
        query=urlencode({"cause": group.cause}),
        resources=_resources(group),
    )


def _resources(group: FailureGroup) -> list[tuple[str, str]]:
    """Return peak memory beside the requested one, and the runtime if that was the limit."""
    lines = []
    requested = _range(*group.memory)
    if group.peak_memory:
        lines.append(("Peak memory", f"{_range(*group.peak_memory)}, requested {requested}"))
    elif group.kind is CauseKind.MEMORY:
        lines.append(("Memory", f"requested {requested}"))
    if group.kind is CauseKind.RUNTIME:
        lines.append(("Runtime", f"requested {duration(group.runtime[1])}"))
    return lines


def _range(low: int, high: int) -> str:
    return size(high) if low == high else f"{size(low)} to {size(high)}"


def _samples(result_ids: Sequence[int]) -> dict[int, Sample]:
    """Return the last lines of some logs, in one query that reads only their ends."""
    rows = (
        Result.objects.filter(pk__in=result_ids)
        .annotate(
            stderr=Right("log_tail__stderr", LOG_CHARACTERS),
            stdout=Right("log_tail__stdout", LOG_CHARACTERS),
        )
        .values_list("pk", "job", "job__name", "stderr", "stdout")
    )
    return {row[0]: _sample(*row) for row in rows}


def _sample(pk: int, job_id: int, name: str, stderr: str | None, stdout: str | None) -> Sample:
    stream = "stderr" if (stderr or "").strip() or not (stdout or "").strip() else "stdout"
    text = stderr if stream == "stderr" else stdout
    return Sample(pk, job_id, name, stream, last_lines(text or ""))


def last_lines(text: str) -> str:
    """Return the last lines of a log as people read it."""
    lines = readable(text.encode(errors="replace")).strip("\n").split("\n")
    return "\n".join(lines[-LOG_LINES:])


@require_safe
def all_failures(request: HtmxRequest) -> HttpResponse:
    """List why jobs failed, over all workflows in sight that are not archived."""
    user = person(request)
    visible = Workflow.objects.visible_to(user.actor()).filter(is_archived=False)
    sums = visible.aggregate(n=Count("pk"), last=Max("pk"), changes=Sum("revision"))
    revision = ".".join(str(value) for value in sums.values())
    if answer := unchanged(request, revision):
        return answer
    text, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
    rows = visible.filter(owner=user) if show == "mine" else visible
    causes = group_by_cause(cause_counts(rows))
    causes = [cause for cause in causes if text.lower() in cause.label.lower()]
    ids = {row.workflow_id for cause in causes for row in cause.cause_counts}
    context = {
        "causes": _with_names(causes[:MAX_CAUSES]),
        "n_causes": len(causes),
        "n_more_causes": len(causes[MAX_CAUSES:]),
        "n_jobs": sum(cause.n_jobs for cause in causes),
        "n_workflows": len(ids),
        "q": text,
        "show": show if show == "mine" else "",
    }
    live = Live(revision, IDLE_SECONDS)
    return live_page(request, "workflows/all_failures.html", context, title="Failures", live=live)


def _with_names(causes: list[CauseOverview]) -> list[dict[str, Any]]:
    ids = {row.workflow_id for cause in causes for row in cause.cause_counts[:MAX_WORKFLOWS]}
    rows = Workflow.objects.filter(pk__in=ids).values_list("pk", "name", "owner__username")
    names = {pk: (name, owner) for pk, name, owner in rows}
    return [_with_workflows(cause, names) for cause in causes]


def _with_workflows(cause: CauseOverview, names: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
    listed = cause.cause_counts[:MAX_WORKFLOWS]
    return {
        "cause": cause,
        "mark": mark_of(cause.label),
        "query": urlencode({"cause": cause.label}),
        "rows": [
            {"count": row, "name": names[row.workflow_id][0], "owner": names[row.workflow_id][1]}
            for row in listed
        ],
        "n_workflows": len(cause.cause_counts),
        "n_more": len(cause.cause_counts) - len(listed),
    }


def mark_of(label: str) -> str:
    """Return a short name for a cause that fits into ids and addresses."""
    return sha256(label.encode()).hexdigest()[:10]
