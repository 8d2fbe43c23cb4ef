"""One transaction that writes what started and what ended, and all that follows from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from database.sql import (
    Statement,
    dumps,
    execute,
    fetch,
    ids_source,
    rows_source,
    stamp,
    stamp_parameter,
)
from jobs.dependencies.count_down import EndedJob, settle
from jobs.models import Event
from jobs.recording.attempt_details import causes_of, write_causes, write_logs, write_mtimes
from jobs.scheduling.attempts import EndedAttempt
from jobs.scheduling.fill import fill
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.scheduling.retry_rules import MAX_LOST, matches_any, should_retry
from jobs.sql import lock_workflows
from jobs.statuses import COMPLETE, JobStatus, KillReason
from jobs.workflow_updates import end_complete, raise_revisions

_OPEN_JOB = f"({JobStatus.PENDING.value}, {JobStatus.RUNNING.value})"


@dataclass(frozen=True, slots=True)
class StartedAttempt:
    """An attempt whose process runs."""

    result_id: int
    workflow_id: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a report led to."""

    opened: list[OpenedAttempt]
    unknown_ids: frozenset[int]
    """Attempts reported as started that are closed: their processes must be ended."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What becomes of the job of an attempt that ended."""

    job_id: int
    workflow_id: int
    status: JobStatus
    reason: str
    is_retry: bool
    is_lost: bool


def record(
    started: Sequence[StartedAttempt], ended: Sequence[EndedAttempt], now: datetime
) -> Recorded:
    """Write a batch in one transaction: results, statuses, countdown, cascade, events, fill.

    Every attempt may be in `ended` once; one that is closed already changes nothing, and a job
    that is no longer pending or running keeps its status.

    Args:
        started: attempts whose processes run, not those in `ended`.
        ended: attempts that ended.
        now: the clock, read once.
    """
    touched = {one.workflow_id for one in started} | {one.plan.workflow_id for one in ended}
    causes = causes_of(ended)
    with transaction.atomic():
        _bump(touched)
        unknown = _write_started(started)
        verdicts = _write_ended(ended)
        write_causes(causes)
        settled = _write_jobs(verdicts, now)
        cascade = settle([EndedJob(one.job_id, one.status) for one in settled], now)
        write_logs(ended)
        write_mtimes(ended)
        _write_events(settled, len(cascade.canceled_ids), now)
        opened = fill(now, touched)
        if complete := touched - {attempt.plan.workflow_id for attempt in opened}:
            end_complete(complete, now)
    return Recorded(opened, unknown)


def touch_workflows(workflow_ids: Collection[int], now: datetime) -> None:
    """Bump the revisions, and note the end of workflows that have no unfinished job."""
    _bump(workflow_ids)
    end_complete(workflow_ids, now)


def _bump(workflow_ids: Collection[int]) -> None:
    """Raise the revisions, and so hold the workflows until the end of the transaction."""
    if len(workflow_ids) > 1:
        lock_workflows(workflow_ids)  # an update takes them in any order
    raise_revisions(workflow_ids)


def _write_started(started: Sequence[StartedAttempt]) -> frozenset[int]:
    """The ids that are not open: somebody closed them before their start was known."""
    if not started:
        return frozenset()
    source = rows_source({"id": "bigint", "at": "timestamptz"})
    rows = [{"id": one.result_id, "at": stamp(one.started_at)} for one in started]
    sql = f"""
        UPDATE jobs_result SET started_at = v.at, status = {JobStatus.RUNNING.value}
        FROM {source} WHERE jobs_result.id = v.id AND jobs_result.ended_at IS NULL
        RETURNING jobs_result.id, jobs_result.job_id"""
    written: dict[int, int] = dict(fetch(sql, [dumps(rows)]))
    sql = f"""UPDATE jobs_job SET status = {JobStatus.RUNNING.value}
              WHERE id IN ({ids_source()}) AND status = {JobStatus.PENDING.value}"""
    execute(sql, [dumps(written.values())])
    return frozenset(one.result_id for one in started if one.result_id not in written)


_ENDED_COLUMNS = {
    "id": "bigint",
    "status": "int",
    "code": "int",
    "reason": "text",
    "started": "timestamptz",
    "ended": "timestamptz",
    "seconds": "float",
    "peak_memory": "bigint",
    "avg_memory": "bigint",
    "peak_cpu": "float",
    "avg_cpu": "float",
    "usage": "text",
}


def _write_ended(ended: Sequence[EndedAttempt]) -> list[_Verdict]:
    if not ended:
        return []
    by_id = {one.plan.result_id: one for one in ended}
    written = _end_results.fetch(dumps(_ended_row(one) for one in by_id.values()))
    return [_verdict(by_id[result_id], JobStatus(status)) for result_id, status in written]


@Statement
def _end_results() -> str:
    return f"""
        UPDATE jobs_result SET
            status = CASE jobs_result.kill_reason WHEN '' THEN v.status
                WHEN '{KillReason.CANCELED}' THEN {JobStatus.CANCELED.value}
                ELSE {JobStatus.TERMINATED.value} END,
            return_code = v.code, reason = v.reason, started_at = v.started, ended_at = v.ended,
            exec_seconds = v.seconds, peak_memory_bytes = v.peak_memory,
            avg_memory_bytes = v.avg_memory, peak_cpu_percent = v.peak_cpu,
            avg_cpu_percent = v.avg_cpu, usage = v.usage
        FROM {rows_source(_ENDED_COLUMNS)}
        WHERE jobs_result.id = v.id AND jobs_result.ended_at IS NULL
        RETURNING jobs_result.id, jobs_result.status"""


def _ended_row(one: EndedAttempt) -> dict[str, Any]:
    return {
        "id": one.plan.result_id,
        "status": one.status.value,
        "code": one.return_code,
        "reason": one.reason,
        "started": stamp(one.started_at) if one.started_at else None,
        "ended": stamp(one.ended_at),
        "seconds": one.exec_seconds,
        "peak_memory": one.peak_memory_bytes,
        "avg_memory": one.avg_memory_bytes,
        "peak_cpu": one.peak_cpu_percent,
        "avg_cpu": one.avg_cpu_percent,
        "usage": one.usage,
    }


def _verdict(one: EndedAttempt, status: JobStatus) -> _Verdict:
    plan = one.plan
    is_lost = one.is_lost and status is JobStatus.TERMINATED and plan.n_lost < MAX_LOST
    is_retry = status is JobStatus.FAILED and should_retry(
        plan.rules, one.return_code, plan.n_retries
    )
    final = status
    if is_lost or is_retry:
        final = JobStatus.READY
    elif (
        status is JobStatus.FAILED
        and plan.use_pending_failed
        and not matches_any(plan.rules, one.return_code)
    ):
        final = JobStatus.PENDING_FAILED
    return _Verdict(plan.job_id, plan.workflow_id, final, one.reason, is_retry, is_lost)


def _write_jobs(verdicts: Sequence[_Verdict], now: datetime) -> list[_Verdict]:
    """The verdicts that ended their job for good."""
    if not verdicts:
        return []
    rows = [
        {
            "id": one.job_id,
            "status": one.status.value,
            "reason": one.reason,
            "retry": int(one.is_retry),
            "lost": int(one.is_lost),
        }
        for one in verdicts
    ]
    written = {row[0] for row in _end_jobs.fetch(stamp(now), dumps(rows))}
    return [one for one in verdicts if one.job_id in written and one.status in COMPLETE]


@Statement
def _end_jobs() -> str:
    source = rows_source(
        {"id": "bigint", "status": "int", "reason": "text", "retry": "int", "lost": "int"}
    )
    return f"""
        UPDATE jobs_job SET status = v.status, reason = v.reason,
            n_retries = jobs_job.n_retries + v.retry, n_lost = jobs_job.n_lost + v.lost,
            ready_at = CASE WHEN v.status = {JobStatus.READY.value} THEN {stamp_parameter()}
                       ELSE jobs_job.ready_at END
        FROM {source} WHERE jobs_job.id = v.id AND +jobs_job.status IN {_OPEN_JOB}
        RETURNING jobs_job.id"""


def _write_events(settled: Sequence[_Verdict], n_canceled: int, now: datetime) -> None:
    """Good ends are told by their results; an event tells of the others."""
    bad = [one for one in settled if one.status is not JobStatus.COMPLETED]
    if not bad:
        return
    at = int(now.timestamp() * 1000)
    Event.objects.bulk_create(
        Event(
            workflow_id=one.workflow_id,
            timestamp=at,
            data={
                "type": f"job_{one.status.word}",
                "category": "job",
                "job_id": one.job_id,
                "reason": one.reason,
                "n_canceled": n_canceled if position == 0 else 0,
            },
        )
        for position, one in enumerate(bad)
    )
