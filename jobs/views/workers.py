from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from jobs.models import ComputeNode, Result
from jobs.nodes import SILENT_AFTER
from torc_site.http import HtmxRequest
from torc_site.pages import IDLE_SECONDS, Live, live_page, unchanged

MAX_NODES = 200


@dataclass(frozen=True, slots=True)
class Worker:
    """A machine that runs jobs, and what of it is taken."""

    node: ComputeNode
    is_online: bool
    n_jobs: int = 0
    num_cpus: int = 0
    memory_bytes: int = 0
    num_gpus: int = 0


@require_safe
def workers(request: HtmxRequest) -> HttpResponse:
    """List the machines that run jobs: which are online, and what is free there."""
    found = _workers()
    revision = _revision(found)
    if answer := unchanged(request, revision):
        return answer
    context = {"workers": found, "n_online": sum(one.is_online for one in found)}
    live = Live(revision, IDLE_SECONDS)
    return live_page(request, "jobs/_workers.html", context, title="Workers", live=live)


def _workers() -> list[Worker]:
    silent = timezone.now() - SILENT_AFTER
    nodes = ComputeNode.objects.filter(workflow=None).order_by("-is_active", "-heartbeat_at", "pk")
    used: dict[int, Any] = {
        row["compute_node"]: row
        for row in Result.objects.open()
        .filter(compute_node__isnull=False)
        .order_by()
        .values("compute_node")
        .annotate(
            n_jobs=Count("pk"),
            cpus=Sum("num_cpus"),
            memory=Sum("memory_bytes"),
            gpus=Sum("num_gpus"),
        )
    }
    return [_worker(node, silent, used.get(node.pk, {})) for node in nodes[:MAX_NODES]]


def _worker(node: ComputeNode, silent: Any, used: dict[str, Any]) -> Worker:
    is_heard = node.heartbeat_at is not None and node.heartbeat_at > silent
    return Worker(
        node,
        is_online=node.is_active and is_heard,
        n_jobs=used.get("n_jobs", 0),
        num_cpus=used.get("cpus", 0),
        memory_bytes=used.get("memory", 0),
        num_gpus=used.get("gpus", 0),
    )


def _revision(found: list[Worker]) -> str:
    seen = [(one.node.pk, one.is_online, one.n_jobs, one.num_cpus) for one in found]
    return str(abs(hash(tuple(seen))))
