"""All that somebody may see, in one glance: what runs, what waits, what needs a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from jobs.models import Job
from jobs.nodes.online import OnlineNode
from jobs.statuses import ACTIVE, JobStatus
from workflows.models import WorkflowQuerySet

IS_ACTIVE = Q(is_started=True, ended_at__isnull=True)
STATES = ("attention", "running", "resting", "ended", "archived")
"""What the list of workflows may be narrowed down to."""

_BAD = (JobStatus.FAILED.value, JobStatus.TERMINATED.value)


@dataclass(frozen=True, slots=True)
class Glance:
    """Sums over workflows and over the workers that are online."""

    n_running: int
    n_ready: int
    n_attention: int
    """Workflows with jobs that failed or were terminated."""
    n_workers: int
    cpus: tuple[int, int]
    """In use, and there are."""
    memory: tuple[int, int]
    gpus: tuple[int, int]

    @property
    def is_idle(self) -> bool:
        """Return whether jobs wait for nothing but a worker, and none is online."""
        return self.n_ready > 0 and not self.n_workers


def glance(workflows: WorkflowQuerySet, nodes: Sequence[OnlineNode]) -> Glance:
    """Sum up, in two queries.

    Args:
        workflows: those that the person may see.
        nodes: the workers that are online.
    """
    active = workflows.filter(IS_ACTIVE).values("pk")
    moving = Job.objects.filter(workflow__in=active).with_status(JobStatus.READY, *ACTIVE)
    counts = dict(moving.order_by().values_list("status").annotate(n=Count("pk")))
    sizes = [(one.node, one.node.capacity) for one in nodes]
    n_gpus = sum(size.num_gpus for _, size in sizes)
    n_cpus = sum(size.num_cpus for _, size in sizes)
    n_bytes = sum(size.memory_bytes for _, size in sizes)
    return Glance(
        n_running=sum(counts.get(one.value, 0) for one in ACTIVE),
        n_ready=counts.get(JobStatus.READY.value, 0),
        n_attention=in_state(workflows, "attention").count(),
        n_workers=len(nodes),
        cpus=(n_cpus - sum(node.free_cpus for node, _ in sizes), n_cpus),
        memory=(n_bytes - sum(node.free_memory for node, _ in sizes), n_bytes),
        gpus=(n_gpus - sum(len(node.free_gpus) for node, _ in sizes), n_gpus),
    )


def in_state(workflows: WorkflowQuerySet, state: str) -> WorkflowQuerySet:
    """Return those of the workflows that are in a state; all of them for an unknown one."""
    if state == "attention":
        bad = Job.objects.filter(workflow=OuterRef("pk"), status__in=_BAD)
        return workflows.filter(Exists(bad), is_archived=False)
    if state == "running":
        return workflows.filter(IS_ACTIVE)
    if state == "resting":
        return workflows.filter(is_started=False, is_archived=False)
    if state == "ended":
        return workflows.filter(ended_at__isnull=False, is_archived=False)
    return workflows.filter(is_archived=True) if state == "archived" else workflows
