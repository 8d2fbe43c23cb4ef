from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.credentials import person
from accounts.visibility import workflow_filter
from jobs.models import SILENT_AFTER, ComputeNode, Result
from jobs.nodes.online import online_nodes
from jobs.scheduling.free_capacity import NodeUse, used_by_node
from pages.live import IDLE_SECONDS, Live, live_page, unchanged
from web.requests import HtmxRequest
from workflows.models import Workflow
from workflows.status.overview import Totals, totals

MAX_NODES = 200
MAX_NAMED = 4
"""Jobs of one node that are named."""
HEARD_STEP = 60
"""Seconds after which the page tells anew how long a node has been silent."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A machine that runs jobs, and what of it is taken."""

    node: ComputeNode
    is_online: bool
    n_jobs: int = 0
    num_cpus: int = 0
    memory_bytes: int = 0
    num_gpus: int = 0
    named: list[Result] = field(default_factory=list)
    """Some of the attempts there that the person may see, the oldest first."""

    @property
    def is_silent(self) -> bool:
        """It did not say goodbye, and gives no sign of life."""
        return self.node.is_active and not self.is_online

    @property
    def n_others(self) -> int:
        """Return how many jobs run there that are not named."""
        return max(self.n_jobs - len(self.named), 0)


@require_safe
def workers(request: HtmxRequest) -> HttpResponse:
    """List the machines that run jobs: which are online, what is free there, and what runs."""
    actor, now = person(request).actor(), timezone.now()
    found = _workers(workflow_filter(actor, "workflow__"), now)
    seen = totals(Workflow.objects.visible_to(actor), online_nodes(now))
    revision = _revision(found, seen, now)
    if answer := unchanged(request, revision):
        return answer
    context = {
        "workers": found,
        "totals": seen,
        "n_silent": sum(one.is_silent for one in found),
        "max_nodes": MAX_NODES,
    }
    live = Live(revision, IDLE_SECONDS)
    return live_page(request, "jobs/_workers.html", context, title="Workers", live=live)


def _workers(visible: Q, now: datetime) -> list[Worker]:
    silent = now - SILENT_AFTER
    nodes = ComputeNode.objects.own().order_by("-is_active", "-heartbeat_at", "pk")
    placed = Result.objects.open().filter(compute_node__isnull=False).order_by()
    used = used_by_node()
    named = _named(placed.filter(visible))
    found = [
        _worker(node, silent, used.get(node.pk, NodeUse(node.pk)), named.get(node.pk, []))
        for node in nodes[:MAX_NODES]
    ]
    return sorted(found, key=lambda one: (not one.is_silent, not one.is_online))


def _named(placed: Any) -> dict[int, list[Result]]:
    """Return the first few attempts of each node."""
    place = Window(RowNumber(), partition_by=F("compute_node"), order_by=F("pk").asc())
    rows: Iterable[Result] = (
        placed.annotate(place=place)
        .filter(place__lte=MAX_NAMED)
        .select_related("job")
        .only("compute_node", "workflow", "status", "started_at", "job__name", "job__workflow")
        .order_by("pk")
    )
    found: dict[int, list[Result]] = {}
    for row in rows:
        found.setdefault(row.compute_node_id or 0, []).append(row)
    return found


def _worker(node: ComputeNode, silent: datetime, use: NodeUse, named: list[Result]) -> Worker:
    is_heard = node.heartbeat_at is not None and node.heartbeat_at > silent
    return Worker(
        node,
        is_online=node.is_active and is_heard,
        n_jobs=use.n_jobs,
        num_cpus=use.num_cpus,
        memory_bytes=use.memory_bytes,
        num_gpus=use.num_gpus,
        named=named,
    )


def _revision(found: list[Worker], seen: Totals, now: datetime) -> str:
    nodes = [(one.node.pk, one.is_online, one.n_jobs, one.num_cpus) for one in found]
    shown = [row.pk for one in found for row in one.named]
    age = int(now.timestamp()) // HEARD_STEP if any(one.is_silent for one in found) else 0
    return str(abs(hash((*nodes, *shown, seen.n_running, seen.n_ready, age))))
