"""The jobs round one job: whom it waits for and who waits for it, one or two steps away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from django.db import models
from django.db.models import Count

from jobs.models import Family, Job, JobWait, PredecessorMember
from jobs.states import JobStatus
from workflows.layout.grouping import Group, GroupEdge
from workflows.layout.grouping import graph_of as grouped
from workflows.layout.layered import lay_out
from workflows.layout.shapes import Node
from workflows.picturing import Picture

MAX_SHOWN = 5
"""Neighbours of one family that are drawn one by one."""
MAX_GROUPS = 20
"""Neighbouring families that are drawn on each side at each step."""

FamilyCounts = dict[tuple[int, int | None], dict[str, int]]
"""Job that was looked from and family of its neighbours -> their number by status word."""


@dataclass(slots=True)
class _Found:
    """What is drawn."""

    nodes: dict[Group, Node] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    edges: dict[tuple[Group, Group], int] = field(default_factory=dict)

    def add_job(self, job_id: int, name: str, status: int) -> None:
        """Draw a job by itself."""
        self.nodes.setdefault(job_id, Node(f"j{job_id}", name, 1, "job", (job_id,)))
        self.counts[f"j{job_id}"] = {JobStatus(status).word: 1}

    def join(self, near: Group, far: Group, n_edges: int, *, is_upward: bool) -> None:
        """Draw a line between what was looked from and what was found."""
        ends = (far, near) if is_upward else (near, far)
        self.edges[ends] = max(self.edges.get(ends, 0), n_edges)


def neighbourhood(job: Job, *, n_steps: int = 1) -> Picture:
    """The graph of a job and its neighbours, in a number of queries that n_steps alone decides.

    Args:
        job: the one in the middle.
        n_steps: how far to look: 1 or 2.
    """
    found = _Found()
    found.add_job(job.pk, job.name, job.status)
    for side in (_UPWARD, _DOWNWARD):
        nearest = [job.pk]
        for step in range(n_steps):
            nearest = _step(found, nearest, side, f"{side.prefix}{step}")
    edges: list[GroupEdge] = [(*ends, "job", count) for ends, count in found.edges.items()]
    return Picture(
        workflow_id=job.workflow_id,
        name=job.name,
        drawing=lay_out(grouped(found.nodes, edges)),
        counts=found.counts,
        is_by_job=True,
        selected=f"j{job.pk}",
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """One direction to look in."""

    link: type[models.Model]
    """Its rows name the jobs that are looked for."""
    near: str
    """The way from there to the jobs that are looked from."""
    prefix: str
    is_upward: bool


_UPWARD = _Side(PredecessorMember, "set__waits__job", "u", True)
_DOWNWARD = _Side(JobWait, "set__members__job", "d", False)


def _step(found: _Found, nearest: Sequence[int], side: _Side, prefix: str) -> list[int]:
    """Add the neighbours of some jobs; those drawn one by one are returned."""
    counts = _count(nearest, side)
    sizes: Counter[int | None] = Counter()
    for (_, family), words in counts.items():
        sizes[family] += sum(words.values())
    shown = sorted(sizes, key=lambda family: sizes[family])[:MAX_GROUPS]
    small = [family for family in shown if sizes[family] <= MAX_SHOWN]
    large = [family for family in shown if sizes[family] > MAX_SHOWN]
    labels = dict(
        Family.objects.filter(pk__in=[one or 0 for one in large]).values_list("pk", "label")
    )
    for family in large:
        node = Node(
            f"{prefix}f{family or 0}",
            labels.get(family or 0, "(no family)"),
            0,
            members=() if family is None else (family,),
        )
        _add_group(found, node, {family}, counts, side)
    if len(sizes) > len(shown):
        rest = sizes.keys() - set(shown)
        node = Node(f"{prefix}more", f"{len(rest):,} more families", 0, "more")
        _add_group(found, node, rest, counts, side)
    return _add_jobs(found, nearest, small, side)


def _count(nearest: Sequence[int], side: _Side) -> FamilyCounts:
    """Count the neighbours of each job by family and status."""
    rows = (
        side.link._default_manager.filter(**{f"{side.near}__in": nearest})
        .order_by(side.near, "job__family", "job__status")
        .values_list(side.near, "job__family", "job__status")
        .annotate(n_jobs=Count("job", distinct=True))
    )
    found: FamilyCounts = {}
    for near, family, status, n_jobs in rows:
        found.setdefault((near, family), {})[JobStatus(status).word] = n_jobs
    return found


def _add_group(
    found: _Found,
    node: Node,
    families: Collection[int | None],
    counts: FamilyCounts,
    side: _Side,
) -> None:
    """Draw many neighbours as one node; those of several jobs may be the same."""
    most: Counter[str] = Counter()
    for (near, family), words in counts.items():
        if family in families:
            most |= Counter(words)
            found.join(near, node.key, sum(words.values()), is_upward=side.is_upward)
    found.nodes[node.key] = replace(node, n_jobs=most.total())
    found.counts[node.key] = dict(most)


def _add_jobs(
    found: _Found, nearest: Sequence[int], families: Sequence[int | None], side: _Side
) -> list[int]:
    """Draw the neighbours of these families one by one."""
    chosen = models.Q(job__family__in=[one for one in families if one is not None])
    if None in families:
        chosen |= models.Q(job__family__isnull=True)
    rows = side.link._default_manager.filter(chosen, **{f"{side.near}__in": nearest})
    columns = (side.near, "job_id", "job__name", "job__status")
    added: dict[int, None] = {}
    for near, job_id, name, status in rows.order_by("job", side.near).values_list(*columns):
        added[job_id] = None
        found.add_job(job_id, name, status)
        found.join(near, job_id, 1, is_upward=side.is_upward)
    return list(added)
