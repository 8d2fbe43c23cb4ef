"""The life of a worker in the database: it registers, fetches orders, beats and signs off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from database.sql import (
    Statement,
    dumps,
    execute,
    fetch,
    ids_source,
    is_postgresql,
    stamp,
    stamp_parameter,
)
from jobs.models import ComputeNode, Job, Result
from jobs.scheduling.attempts import AttemptPlan, load_open_attempts
from jobs.scheduling.fill import fill
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.sql import lock_workflows, status_list
from jobs.statuses import GIVE_BACK, JobStatus
from jobs.workflow_updates import raise_revisions

UNSTARTED_AFTER = timedelta(seconds=3)
"""An attempt that waits longer for its message is taken without one."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a node offers; memory in bytes."""

    num_cpus: int
    memory_bytes: int
    num_gpus: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Orders:
    """What the database wants this node to do now."""

    kills: tuple[tuple[int, str], ...]
    """(attempt, kill reason) of open attempts that are to be ended."""
    unstarted: tuple[int, ...]
    """Open attempts whose message should have come by now."""


def register(
    uid: str, incarnation: str, hostname: str, pid: int, capacity: Capacity, now: datetime
) -> int:
    """Make this worker known as its node; return the id of the node's row."""
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
            "missing_folders": [],
            "is_active": True,
            "started_at": now,
            "heartbeat_at": now,
        },
    )
    return node.pk


def take_over(node_id: int, incarnation: str) -> list[AttemptPlan]:
    """Return the node's open attempts, which from now on belong to this incarnation."""
    ours = Result.objects.open().filter(compute_node_id=node_id)
    with transaction.atomic():
        workflow_ids = _lock_workflows_of(ours)  # as whoever cancels does: a deadlock otherwise
        ours.filter(workflow__in=workflow_ids).update(incarnation=incarnation)
    return load_open_attempts(ours.values_list("pk", flat=True))


def _lock_workflows_of(attempts: QuerySet[Result]) -> list[int]:
    ids = list(attempts.order_by("workflow").values_list("workflow", flat=True).distinct())
    lock_workflows(ids)
    return ids


def orders(node_id: int, now: datetime) -> Orders:
    """Return what this node has to end, or to start without a message."""
    sql = f"""
        SELECT id, kill_reason FROM jobs_result
        WHERE compute_node_id = %s AND ended_at IS NULL AND (kill_reason <> ''
            OR (status = {JobStatus.PENDING.value} AND opened_at < {stamp_parameter()}))"""
    rows = fetch(sql, [node_id, stamp(now - UNSTARTED_AFTER)])
    return Orders(
        kills=tuple((result_id, reason) for result_id, reason in rows if reason),
        unstarted=tuple(result_id for result_id, reason in rows if not reason),
    )


def beat(node_id: int, incarnation: str, now: datetime) -> bool:
    """Renew the heartbeat, without waiting for anybody.

    Returns:
        False when somebody else holds the row just now, or it belongs to another incarnation.
    """
    return _beat.execute(stamp(now), node_id, incarnation) == 1


@Statement
def _beat() -> str:
    skip = "FOR NO KEY UPDATE SKIP LOCKED" if is_postgresql() else ""
    return f"""
        UPDATE jobs_computenode SET heartbeat_at = {stamp_parameter()}, is_active = TRUE
        WHERE id IN (SELECT id FROM jobs_computenode WHERE id = %s AND incarnation = %s {skip})"""


def is_alone(node_id: int) -> bool:
    """Return whether no other node is in service, so that nobody could take this one's jobs."""
    return not ComputeNode.objects.own().filter(is_active=True).exclude(pk=node_id).exists()


def closed_among(result_ids: Iterable[int]) -> list[int]:
    """Return those attempts that somebody else has closed."""
    sql = f"SELECT id FROM jobs_result WHERE id IN ({ids_source()}) AND ended_at IS NULL"
    listed = list(result_ids)
    still_open = {result_id for (result_id,) in fetch(sql, [dumps(listed)])}
    return [result_id for result_id in listed if result_id not in still_open]


def commit_kill_reason(result_id: int, reason: str) -> bool:
    """Store why an attempt is about to be ended; return False when it is closed or has a reason."""
    return (
        Result.objects.open().filter(pk=result_id, kill_reason="").update(kill_reason=reason) == 1
    )


def give_back(
    plan: AttemptPlan, uid: str, missing_folders: Iterable[str], now: datetime
) -> list[OpenedAttempt] | None:
    """Withdraw an attempt that its node cannot start, as if it had never been opened.

    Args:
        plan: the attempt; nothing of it runs.
        uid: of the node.
        missing_folders: all submission folders that are not there on the node.
        now: when attempts are opened in its place, perhaps on other nodes.

    Returns:
        What was opened; None when the attempt is to be ended or is closed already.
    """
    with transaction.atomic():
        raise_revisions([plan.workflow_id])  # and so takes the workflow's row before any other
        ComputeNode.objects.filter(uid=uid).update(missing_folders=sorted(missing_folders))
        attempt = Result.objects.open().filter(
            pk=plan.result_id, status=JobStatus.PENDING.value, kill_reason=""
        )
        n_withdrawn, _ = attempt.delete()
        if not n_withdrawn:
            return None
        Job.objects.filter(
            pk=plan.job_id, status__in=[status.value for status in GIVE_BACK.sources]
        ).update(status=JobStatus.READY.value, n_attempts=F("n_attempts") - 1)
        return fill(now, [plan.workflow_id])


def set_missing_folders(uid: str, missing_folders: Iterable[str]) -> None:
    """Store which submission folders are not there on a node."""
    ComputeNode.objects.filter(uid=uid).update(missing_folders=sorted(missing_folders))


def sign_off(node_id: int, incarnation: str, claim: Callable[[int], bool]) -> int:
    """Take the node out of service and give back what it did not start; return how many.

    Args:
        node_id: the node.
        incarnation: of the worker that leaves.
        claim: takes an attempt; False when some slot has it, perhaps between claim and start.
    """
    pending = Result.objects.open().filter(
        compute_node_id=node_id, status=JobStatus.PENDING.value, kill_reason=""
    )
    with transaction.atomic():
        workflow_ids = _lock_workflows_of(pending)
        ComputeNode.objects.filter(pk=node_id, incarnation=incarnation).update(is_active=False)
        pending = pending.filter(workflow__in=workflow_ids)
        untaken = dumps(pk for pk in pending.values_list("pk", flat=True) if claim(pk))
        sql = f"""DELETE FROM jobs_result WHERE id IN ({ids_source()}) AND ended_at IS NULL
                  RETURNING job_id"""
        given_back = [job_id for (job_id,) in fetch(sql, [untaken])]
        sql = f"""UPDATE jobs_job SET status = {JobStatus.READY.value}, n_attempts = n_attempts - 1
                  WHERE id IN ({ids_source()}) AND status IN {status_list(GIVE_BACK.sources)}"""
        return execute(sql, [dumps(given_back)])
