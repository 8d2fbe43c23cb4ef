"""The round of one worker for all nodes: silent nodes, lost attempts, jobs that wait too long."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from database.sql import execute, fetch, stamp, stamp_parameter
from jobs.models import SILENT_AFTER, ComputeNode, Result
from jobs.recording.store import store_batch
from jobs.scheduling.attempts import load_open_attempts, lost
from jobs.scheduling.fill import fill, runs_oversized
from jobs.scheduling.fit import how_many_fit, node_to_reserve, nodes_with
from jobs.scheduling.free_capacity import take_nodes
from jobs.scheduling.need import need_of
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.sql import OWN_ACTIVE_NODE, TAKEN_FROM
from jobs.statuses import JobStatus

DUTY = "sweep"
"""The name of the lease under which one process at a time does this."""
UNWATCHED_AFTER = SILENT_AFTER / 2
"""Between two looks: after longer, what the first one saw says nothing of who lives."""
PASSED_OVER_AFTER = timedelta(seconds=10)
"""A ready job that waits longer while others are placed gets a node kept clear."""


class Heartbeats:
    """When this process saw each node's heartbeat change, by a clock that never jumps.

    The times that nodes write come from clocks that may differ from ours and may be set anew.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked = clock()
        self._seen: dict[int, tuple[datetime | None, float, bool]] = {}

    def look(self) -> None:
        """Note the heartbeats as they are now.

        Whoever did not look for a while, as the database was away or another one had the duty,
        begins to watch anew: the nodes could not be heard either, and get time to come back.
        """
        now = self._clock()
        if now - self._looked > UNWATCHED_AFTER.total_seconds():
            self._seen.clear()
        self._looked = now
        for node_id, beat_at in ComputeNode.objects.own().values_list("pk", "heartbeat_at"):
            seen = self._seen.get(node_id)
            if seen is None or seen[0] != beat_at:
                self._seen[node_id] = (beat_at, now, seen is not None)

    def beating(self) -> list[int]:
        """Return the nodes whose heartbeat was lately seen to change."""
        due = self._clock() - SILENT_AFTER.total_seconds()
        return [pk for pk, (_, at, was_renewed) in self._seen.items() if was_renewed and at > due]

    def undecided(self) -> list[int]:
        """Return the nodes that cannot be called dead yet: watched only lately, or beating."""
        due = self._clock() - SILENT_AFTER.total_seconds()
        return [pk for pk, (_, at, _) in self._seen.items() if at > due]


def sweep(now: datetime, heartbeats: Heartbeats | None = None) -> list[OpenedAttempt]:
    """One round over all nodes: mark silent ones, end what was lost on dead ones, reserve, place.

    Args:
        now: the clock.
        heartbeats: what the caller saw of them in earlier rounds; None to trust the clock alone.
    """
    if heartbeats is not None:
        heartbeats.look()
    silent = ComputeNode.objects.own().filter(is_active=True, heartbeat_at__lt=now - SILENT_AFTER)
    silent.exclude(pk__in=heartbeats.beating() if heartbeats else []).update(is_active=False)
    opened = _end_lost_attempts(now, heartbeats.undecided() if heartbeats else [])
    with transaction.atomic():
        _reserve(now)
        return opened + fill(now)


def _end_lost_attempts(now: datetime, undecided: list[int]) -> list[OpenedAttempt]:
    """End what was open on nodes that have been silent for too long.

    Returns:
        The attempts that were opened in their place.
    """
    lost_after = timedelta(seconds=settings.TORC_LOST_SECONDS)  # its parent ended them before
    dead = ComputeNode.objects.filter(uid__isnull=False, heartbeat_at__lt=now - lost_after)
    attempts = Result.objects.open().filter(compute_node__in=dead.exclude(pk__in=undecided))
    plans = load_open_attempts(attempts.values_list("pk", flat=True))
    if not plans:
        return []
    reason = f"its node has been silent for {settings.TORC_LOST_SECONDS} s"
    return store_batch([], [lost(plan, reason, now) for plan in plans], now).opened


class _WaitingRow(NamedTuple):
    job_id: int
    num_cpus: int
    memory_bytes: int
    num_gpus: int
    tags: Any
    folder: str | None


def _reserve(now: datetime) -> None:
    """Keep one node clear for each kind of job whose oldest has been passed over for a while."""
    nodes = take_nodes()  # first, as an update takes them in any order
    execute(f"UPDATE jobs_computenode AS n SET reserved_for_id = NULL WHERE {OWN_ACTIVE_NODE}")
    for node in nodes:
        node.reserved_for = None
    oversized = runs_oversized(len(nodes))
    for row in _passed_over(now):
        need = need_of(row)
        able = nodes_with(row.folder, nodes)
        if how_many_fit(able, need, oversized):
            continue
        choice = node_to_reserve(able, need, oversized)
        if choice is not None:
            choice.reserved_for = row.job_id
            ComputeNode.objects.filter(pk=choice.id).update(reserved_for=row.job_id)


def _passed_over(now: datetime) -> list[_WaitingRow]:
    """Return the next job of each kind that has waited too long; who waits longest goes first."""
    sql = f"""
        SELECT j.id, q.num_cpus, q.memory_bytes, q.num_gpus, q.tags,
               w.submission_directory
        FROM workflows_workflow w
        JOIN jobs_resourcerequirements q ON q.workflow_id = w.id
        JOIN jobs_job j ON j.id = (
            SELECT k.id FROM jobs_job k
            WHERE k.requirements_id = q.id AND k.status = {JobStatus.READY.value}
            ORDER BY k.priority DESC, k.id LIMIT 1)
        WHERE {TAKEN_FROM} AND j.ready_at < {stamp_parameter()}
        ORDER BY j.priority DESC, j.ready_at, j.id"""
    return [_WaitingRow(*row) for row in fetch(sql, [stamp(now - PASSED_OVER_AFTER)])]
