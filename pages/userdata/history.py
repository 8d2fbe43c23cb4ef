"""The versions of a value: what it was, who changed it, and what is different."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jobs.models import Job, Result
from pages.live import unchanged
from pages.userdata.values import number_in, user_data_of
from pages.workflows.header import header_of, snapshot_of, workflow_page
from userdata import diff, history
from userdata.history import Version
from userdata.models import UserData
from web.requests import HtmxRequest


@require_safe
def user_data_history(request: HtmxRequest, workflow_id: int, user_data_id: int) -> HttpResponse:
    """List the versions of a value, and compare the two that the address names."""
    snapshot = snapshot_of(request, workflow_id)
    if answer := unchanged(request, snapshot.revision):
        return answer
    row = user_data_of(snapshot.workflow, user_data_id)
    header = header_of(snapshot)
    versions = history.versions(row)
    context = {
        "row": row,
        "versions": _with_jobs(versions),
        "max_versions": history.MAX_VERSIONS,
        **_comparison(request, row, versions),
    }
    title = f"History of {row.name}"
    template = "userdata/history.html"
    return workflow_page(request, header, template, context, tab="user_data", title=title)


def _with_jobs(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """Return the versions, each with the job whose attempt wrote it."""
    ids = [version.result_id for version in versions if version.result_id]
    writers = dict(Result.objects.filter(pk__in=ids).values_list("pk", "job"))
    jobs = Job.objects.only("name", "workflow").in_bulk(set(writers.values()))
    return [
        {"version": version, "job": jobs.get(writers.get(version.result_id or 0, 0))}
        for version in versions
    ]


def _comparison(request: HttpRequest, row: UserData, versions: Sequence[Version]) -> dict[str, Any]:
    """Return the difference of the versions that the address names, else of the last two."""
    numbers = [version.version for version in versions]
    new = _number_among(numbers, request.GET.get("to", ""), numbers[0])
    older = [number for number in numbers if number < new]
    old = _number_among(numbers, request.GET.get("from", ""), older[0] if older else new)
    texts = history.text_of(row, old), history.text_of(row, new)
    if old == new or texts[0] is None or texts[1] is None:
        return {"old": old, "new": new, "difference": None}
    return {"old": old, "new": new, "difference": diff.compare(texts[0], texts[1])}


def _number_among(numbers: Sequence[int], text: str, default: int) -> int:
    number = number_in(text, default)
    return number if number in numbers else default
