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
"""How many jobs of one node are named."""
HEARD_STEP = 60
"""Seconds after which the page is updated to show how long a node has been silent."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A machine that runs jobs, and what of it is in use."""

    node: ComputeNode
    is_online: bool
    n_jobs: int = 0
    num_cpus: int = 0
    memory_bytes: int = 0
    num_gpus: int = 0
    named: list[Result] = field(default_factory=list)
    """The first few attempts there that the person may see, the oldest first."""

    @property
    def is_silent(self) -> bool:
        """Return whether it sends no heartbeats though it did not stop."""
        return self.node.is_active and not self.is_online

    @property
    def n_others(self) -> int:
        """Return how many jobs run there that are not named."""
        return max(self.n_jobs - len(self.named), 0)


@require_safe
def workers(request: HtmxRequest) -> HttpResponse:
    """List the machines that run jobs: which are online, what is free there, and what runs."""
    actor, now = person(request).actor(), timezone.now()
    workers = _workers(workflow_filter(actor, "workflow__"), now)
    sums = totals(Workflow.objects.visible_to(actor), online_nodes(now))
    revision = _revision(workers, sums, now)
    if answer := unchanged(request, revision):
        return answer
    context = {
        "workers": workers,
        "totals": sums,
        "n_silent": sum(worker.is_silent for worker in workers),
    }
    live = Live(revision, IDLE_SECONDS)
    return live_page(request, "jobs/workers.html", context, title="Workers", live=live)


def _workers(visible: Q, now: datetime) -> list[Worker]:
    silent = now - SILENT_AFTER
    nodes = ComputeNode.objects.own().order_by("-is_active", "-heartbeat_at", "pk")
    placed = Result.objects.open().filter(compute_node__isnull=False).order_by()
    used = used_by_node()
    named = _named(placed.filter(visible))
    workers = [
        _worker(node, silent, used.get(node.pk, NodeUse(node.pk)), named.get(node.pk, []))
        for node in nodes[:MAX_NODES]
    ]
    return sorted(workers, key=lambda worker: (not worker.is_silent, not worker.is_online))


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
    by_node: dict[int, list[Result]] = {}
    for attempt in rows:
        by_node.setdefault(attempt.compute_node_id or 0, []).append(attempt)
    return by_node


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


def _revision(workers: list[Worker], sums: Totals, now: datetime) -> str:
    nodes = [(row.node.pk, row.is_online, row.n_jobs, row.num_cpus) for row in workers]
    attempts = [attempt.pk for worker in workers for attempt in worker.named]
    is_aging = any(worker.is_silent for worker in workers)
    age = int(now.timestamp()) // HEARD_STEP if is_aging else 0
    return str(abs(hash((*nodes, *attempts, sums.n_running, sums.n_ready, age))))
