"""What a value was before, who changed it, and what is different."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jobs.models import Job, Result
from pages.live import live_page, unchanged
from pages.userdata.values import number_in, user_data_of
from pages.workflows.header import head_of, scene_of
from userdata import diff, history
from userdata.history import Version
from userdata.models import UserData
from web.requests import HtmxRequest


@require_safe
def user_data_history(request: HtmxRequest, workflow_id: int, user_data_id: int) -> HttpResponse:
    """List the versions of a value, and compare the two that the address names."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    row = user_data_of(scene.workflow, user_data_id)
    head = head_of(scene)
    versions = history.versions(row)
    context = {
        "head": head,
        "tab": "user_data",
        "row": row,
        "versions": _with_jobs(versions),
        "max_versions": history.MAX_VERSIONS,
        **_comparison(request, row, versions),
    }
    title = f"History of {row.name} · {scene.workflow.name} #{workflow_id}"
    return live_page(request, "userdata/_history.html", context, title=title, live=head.live)


def _with_jobs(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """Return the versions, each with the job whose attempt wrote it."""
    ids = [one.result_id for one in versions if one.result_id]
    writers = dict(Result.objects.filter(pk__in=ids).values_list("pk", "job"))
    jobs = Job.objects.only("name", "workflow").in_bulk(set(writers.values()))
    return [{"row": one, "job": jobs.get(writers.get(one.result_id or 0, 0))} for one in versions]


def _comparison(request: HttpRequest, row: UserData, versions: Sequence[Version]) -> dict[str, Any]:
    """Return the difference of two versions: those asked for, else the last two."""
    kept = [one.version for one in versions]
    new = _one_of(kept, request.GET.get("to", ""), kept[0])
    before = [version for version in kept if version < new]
    old = _one_of(kept, request.GET.get("from", ""), before[0] if before else new)
    texts = history.text_of(row, old), history.text_of(row, new)
    if old == new or texts[0] is None or texts[1] is None:
        return {"old": old, "new": new, "difference": None}
    return {"old": old, "new": new, "difference": diff.compare(texts[0], texts[1])}


def _one_of(kept: Sequence[int], text: str, default: int) -> int:
    asked = number_in(text, default)
    return asked if asked in kept else default
