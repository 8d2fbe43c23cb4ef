"""What every worker looks after, in the database: heartbeats, silent nodes, jobs passed over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from jobs.models import ComputeNode, Lease, Result
from jobs.recording.record import record
from jobs.scheduling.attempts import AttemptPlan, EndedAttempt, load_open_attempts
from jobs.scheduling.fill import OWN_NODE, fill, load_nodes, need_of, runs_oversized
from jobs.scheduling.fit import demand_on, how_many_fit, node_to_reserve
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.sql import dumps, execute, fetch, ids_source, stamp, stamp_parameter
from jobs.statuses import RETURN_CODE_LOST, JobStatus

SILENT_AFTER = timedelta(seconds=30)
"""A node without a heartbeat for so long gets nothing new."""
LOST_AFTER = timedelta(seconds=300)
"""After so long its attempts are lost; its own parent ended them at 240 s."""
UNSTARTED_AFTER = timedelta(seconds=3)
"""An attempt that waits longer for its message is taken without one."""
PASSED_OVER_AFTER = timedelta(seconds=10)
"""A ready job that waits longer while others are placed gets a node kept clear."""
LEASE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a node offers; memory in bytes."""

    num_cpus: int
    memory_bytes: int
    num_gpus: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Calls:
    """What the database asks this node to do now."""

    kills: tuple[tuple[int, str], ...]
    """(attempt, kill reason) of open attempts that are to be ended."""
    unstarted: tuple[int, ...]
    """Open attempts whose message should have come by now."""


def register(
    uid: str, incarnation: str, hostname: str, pid: int, capacity: Capacity, now: datetime
) -> int:
    """Make this worker known as its node; the id of the node's row."""
    node, _ = ComputeNode.objects.update_or_create(
        uid=uid,
        defaults={
            "incarnation": incarnation,
            "hostname": hostname,
            "pid": pid,
            "num_cpus": capacity.num_cpus,
            "memory_bytes": capacity.memory_bytes,
            "num_gpus": capacity.num_gpus,
            "tags": list(capacity.tags),
            "is_active": True,
            "started_at": now,
            "heartbeat_at": now,
        },
    )
    return node.pk


def take_over(node_id: int, incarnation: str) -> list[AttemptPlan]:
    """The node's open attempts, which from now on belong to this incarnation."""
    Result.objects.open().filter(compute_node_id=node_id).update(incarnation=incarnation)
    ids = Result.objects.open().filter(compute_node_id=node_id).values_list("pk", flat=True)
    return load_open_attempts(ids)


def look(node_id: int, now: datetime) -> Calls:
    """What this node has to end or to start on its own."""
    sql = f"""
        SELECT id, kill_reason FROM jobs_result
        WHERE compute_node_id = %s AND ended_at IS NULL AND (kill_reason <> ''
            OR (status = {JobStatus.PENDING.value} AND opened_at < {stamp_parameter()}))"""
    rows = fetch(sql, [node_id, stamp(now - UNSTARTED_AFTER)])
    return Calls(
        kills=tuple((result_id, reason) for result_id, reason in rows if reason),
        unstarted=tuple(result_id for result_id, reason in rows if not reason),
    )


def beat(node_id: int, incarnation: str, now: datetime) -> bool:
    """Renew the heartbeat; False when the row belongs to another incarnation."""
    renewed = ComputeNode.objects.filter(pk=node_id, incarnation=incarnation).update(
        heartbeat_at=now, is_active=True
    )
    return renewed == 1


def closed_among(result_ids: Iterable[int]) -> list[int]:
    """Those attempts that somebody else has settled."""
    sql = f"SELECT id FROM jobs_result WHERE id IN ({ids_source()}) AND ended_at IS NULL"
    listed = list(result_ids)
    still_open = {row[0] for row in fetch(sql, [dumps(listed)])}
    return [result_id for result_id in listed if result_id not in still_open]


def commit_kill_reason(result_id: int, reason: str) -> bool:
    """Store why an attempt is about to be ended; False when it is closed or has a reason."""
    return (
        Result.objects.open().filter(pk=result_id, kill_reason="").update(kill_reason=reason) == 1
    )


def sign_off(node_id: int, incarnation: str, claim: Callable[[int], bool]) -> int:
    """Take the node out of service and give back what it did not start; how many that were.

    Args:
        node_id: the node.
        incarnation: of the worker that leaves.
        claim: takes an attempt; False when some slot has it, perhaps between claim and start.
    """
    with transaction.atomic():
        ComputeNode.objects.filter(pk=node_id, incarnation=incarnation).update(is_active=False)
        pending = Result.objects.open().filter(
            compute_node_id=node_id, status=JobStatus.PENDING.value, kill_reason=""
        )
        untaken = dumps(pk for pk in pending.values_list("pk", flat=True) if claim(pk))
        sql = f"""DELETE FROM jobs_result WHERE id IN ({ids_source()}) AND ended_at IS NULL
                  RETURNING job_id"""
        given_back = [row[0] for row in fetch(sql, [untaken])]
        sql = f"""UPDATE jobs_job SET status = {JobStatus.READY.value}, n_attempts = n_attempts - 1
                  WHERE id IN ({ids_source()}) AND status = {JobStatus.PENDING.value}"""
        return execute(sql, [dumps(given_back)])


def hold_lease(name: str, holder: str, now: datetime) -> bool:
    """Whether `holder` has the duty `name` for the next seconds."""
    expires = now + LEASE
    mine = Lease.objects.filter(name=name, holder=holder).update(expires_at=expires)
    if mine:
        return True
    is_free = Q(expires_at__lt=now) | Q(expires_at__gt=expires)  # given before the clock was set
    if Lease.objects.filter(is_free, name=name).update(holder=holder, expires_at=expires):
        return True
    _, is_new = Lease.objects.get_or_create(
        name=name, defaults={"holder": holder, "expires_at": expires}
    )
    return is_new


class Heartbeats:
    """What one process saw of the nodes' heartbeats, by a clock that never jumps.

    The times that nodes write come from clocks that may differ from ours and may be set anew.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[int, tuple[datetime | None, float, bool]] = {}

    def look(self) -> None:
        """Note the heartbeats as they are now."""
        now = self._clock()
        for node_id, beat_at in _workers().values_list("pk", "heartbeat_at"):
            seen = self._seen.get(node_id)
            if seen is None or seen[0] != beat_at:
                self._seen[node_id] = (beat_at, now, seen is not None)

    def beating(self) -> list[int]:
        """The nodes whose heartbeat was renewed before our eyes and lately."""
        due = self._clock() - SILENT_AFTER.total_seconds()
        return [pk for pk, (_, at, was_renewed) in self._seen.items() if was_renewed and at > due]

    def undecided(self) -> list[int]:
        """The nodes that were not yet watched for long, and those that are beating."""
        due = self._clock() - SILENT_AFTER.total_seconds()
        return [pk for pk, (_, at, _) in self._seen.items() if at > due]


def _workers() -> QuerySet[ComputeNode]:
    return ComputeNode.objects.filter(uid__isnull=False, workflow__isnull=True)


def sweep(now: datetime, heartbeats: Heartbeats | None = None) -> list[OpenedAttempt]:
    """One round over all nodes: mark silent ones, settle dead ones, reserve, place.

    Args:
        now: the clock.
        heartbeats: what the caller saw of them in earlier rounds; None to trust the clock alone.
    """
    if heartbeats is not None:
        heartbeats.look()
    silent = _workers().filter(is_active=True, heartbeat_at__lt=now - SILENT_AFTER)
    silent.exclude(pk__in=heartbeats.beating() if heartbeats else []).update(is_active=False)
    opened = _settle_dead_nodes(now, heartbeats.undecided() if heartbeats else [])
    with transaction.atomic():
        _reserve(now)
        return opened + fill(now)


def _settle_dead_nodes(now: datetime, undecided: list[int]) -> list[OpenedAttempt]:
    dead = (
        Result.objects.open()
        .filter(compute_node__uid__isnull=False, compute_node__heartbeat_at__lt=now - LOST_AFTER)
        .exclude(compute_node__in=undecided)
    )
    plans = load_open_attempts(dead.values_list("pk", flat=True))
    if not plans:
        return []
    reason = f"its node has been silent for {LOST_AFTER.seconds} s"
    return record([], [lost(plan, reason, now) for plan in plans], now).opened


def never_started(
    plan: AttemptPlan, status: JobStatus, code: int, reason: str, now: datetime
) -> EndedAttempt:
    """What to report of an attempt without a process."""
    return EndedAttempt(plan, status, code, reason, plan.started_at, now)


def lost(plan: AttemptPlan, reason: str, now: datetime) -> EndedAttempt:
    """What to report of an attempt whose end nobody saw."""
    report = never_started(plan, JobStatus.TERMINATED, RETURN_CODE_LOST, reason, now)
    report.is_lost = True
    return report


def _reserve(now: datetime) -> None:
    """Keep one node clear for each kind of job whose oldest has been passed over for a while."""
    execute(f"UPDATE jobs_computenode SET reserved_for_id = NULL WHERE {OWN_NODE}")
    nodes = load_nodes()
    oversized = runs_oversized(len(nodes))
    for job_id, num_cpus, memory, num_gpus, tags in _passed_over(now):
        asked = need_of(num_cpus, memory, num_gpus, tags)
        if how_many_fit(nodes, asked, oversized):
            continue
        node = node_to_reserve(nodes, asked, oversized)
        if node is not None and demand_on(node.capacity, asked, oversized) is not None:
            node.reserved_for = job_id
            ComputeNode.objects.filter(pk=node.id).update(reserved_for=job_id)


def _passed_over(now: datetime) -> list[tuple[int, int, int, int, str]]:
    """(job, CPUs, memory, GPUs, tags) of the next job of each kind that has waited too long."""
    sql = f"""
        SELECT j.id, q.num_cpus, q.memory_bytes, q.num_gpus, q.tags
        FROM workflows_workflow w
        JOIN jobs_resourcerequirements q ON q.workflow_id = w.id
        JOIN jobs_job j ON j.id = (
            SELECT k.id FROM jobs_job k
            WHERE k.requirements_id = q.id AND k.status = {JobStatus.READY.value}
            ORDER BY k.priority DESC, k.id LIMIT 1)
        WHERE w.is_started AND w.ended_at IS NULL AND NOT w.is_canceled
          AND j.ready_at < {stamp_parameter()}
        ORDER BY j.priority DESC, j.ready_at, j.id"""
    return fetch(sql, [stamp(now - PASSED_OVER_AFTER)])
