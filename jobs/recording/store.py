"""One transaction that stores what started and what ended, and all that follows from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from database.sql import (
    Statement,
    dumps,
    ids_source,
    rows_source,
    stamp,
    stamp_parameter,
)
from jobs.dependencies.count_down import settle
from jobs.models import Event
from jobs.recording.attempt_details import causes_of, write_causes, write_logs, write_mtimes
from jobs.scheduling.attempts import Outcome
from jobs.scheduling.fill import fill
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.scheduling.retry_rules import MAX_LOST, matches_any, should_retry
from jobs.sql import lock_workflows, status_list
from jobs.statuses import BAD, COMPLETE, END, START, JobStatus, KillReason
from jobs.workflow_updates import end_complete, raise_revisions


@dataclass(frozen=True, slots=True)
class StartedAttempt:
    """An attempt whose process runs."""

    result_id: int
    workflow_id: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """What followed from a batch that was stored."""

    opened: list[OpenedAttempt]
    closed_ids: frozenset[int]
    """Attempts reported as started that are closed: their processes must be ended."""


@dataclass(frozen=True, slots=True)
class _JobChange:
    """What becomes of the job of an attempt that ended."""

    job_id: int
    workflow_id: int
    status: JobStatus
    reason: str
    is_retry: bool
    is_lost: bool


def store_batch(
    started: Sequence[StartedAttempt], outcomes: Sequence[Outcome], now: datetime
) -> Stored:
    """Store starts and outcomes, and all that follows from them, in one transaction.

    That is: results, statuses, countdown, cascade, events, and the attempts that are opened next.
    Every attempt may have one outcome in a batch; one that is closed already changes nothing, and
    a job that is no longer pending or running keeps its status.

    Args:
        started: attempts whose processes run, not those that have an outcome.
        outcomes: how attempts ended.
        now: the clock, read once.
    """
    touched = _workflow_ids(started, outcomes)
    causes = causes_of(outcomes)
    with transaction.atomic():
        _hold(touched)
        closed_ids = _store_starts(started)
        changes = _end_results(outcomes)
        write_causes(causes)
        final = _change_jobs(changes, now)
        cascade = settle({change.job_id: change.status for change in final}, now)
        write_logs(outcomes)
        write_mtimes(outcomes)
        _write_events(final, len(cascade.canceled_ids), now)
        opened = fill(now, touched)
        if idle := touched - {attempt.plan.workflow_id for attempt in opened}:
            end_complete(idle, now)
    return Stored(opened, closed_ids)


def _workflow_ids(started: Sequence[StartedAttempt], outcomes: Sequence[Outcome]) -> set[int]:
    ids = {attempt.workflow_id for attempt in started}
    return ids | {outcome.plan.workflow_id for outcome in outcomes}


def _hold(workflow_ids: Collection[int]) -> None:
    if len(workflow_ids) > 1:
        lock_workflows(workflow_ids)  # an update takes them in any order
    raise_revisions(workflow_ids)


def _store_starts(started: Sequence[StartedAttempt]) -> frozenset[int]:
    """Return the ids that are not open: somebody closed them before their start was known."""
    if not started:
        return frozenset()
    rows = [{"id": start.result_id, "at": stamp(start.started_at)} for start in started]
    job_ids: dict[int, int] = dict(_start_results.fetch(dumps(rows)))
    _start_jobs.execute(dumps(job_ids.values()))
    return frozenset(start.result_id for start in started if start.result_id not in job_ids)


@Statement
def _start_results() -> str:
    return f"""
        UPDATE jobs_result SET started_at = v.at, status = {JobStatus.RUNNING.value}
        FROM {rows_source({"id": "bigint", "at": "timestamptz"})}
        WHERE jobs_result.id = v.id AND jobs_result.ended_at IS NULL
        RETURNING jobs_result.id, jobs_result.job_id"""


@Statement
def _start_jobs() -> str:
    return f"""
        UPDATE jobs_job SET status = {JobStatus.RUNNING.value}
        WHERE id IN ({ids_source()}) AND status IN {status_list(START.sources)}"""


_OUTCOME_COLUMNS = {
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


def _end_results(outcomes: Sequence[Outcome]) -> list[_JobChange]:
    """Close the attempts that are open; return what becomes of the jobs of those."""
    if not outcomes:
        return []
    by_id = {outcome.plan.result_id: outcome for outcome in outcomes}
    ended = _update_results.fetch(dumps(_outcome_row(outcome) for outcome in by_id.values()))
    return [_job_change(by_id[result_id], JobStatus(status)) for result_id, status in ended]


@Statement
def _update_results() -> str:
    return f"""
        UPDATE jobs_result SET
            status = CASE jobs_result.kill_reason WHEN '' THEN v.status
                WHEN '{KillReason.CANCELED}' THEN {JobStatus.CANCELED.value}
                ELSE {JobStatus.TERMINATED.value} END,
            return_code = v.code, reason = v.reason, started_at = v.started, ended_at = v.ended,
            exec_seconds = v.seconds, peak_memory_bytes = v.peak_memory,
            avg_memory_bytes = v.avg_memory, peak_cpu_percent = v.peak_cpu,
            avg_cpu_percent = v.avg_cpu, usage = v.usage
        FROM {rows_source(_OUTCOME_COLUMNS)}
        WHERE jobs_result.id = v.id AND jobs_result.ended_at IS NULL
        RETURNING jobs_result.id, jobs_result.status"""


def _outcome_row(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.plan.result_id,
        "status": outcome.status.value,
        "code": outcome.return_code,
        "reason": outcome.reason,
        "started": stamp(outcome.started_at) if outcome.started_at else None,
        "ended": stamp(outcome.ended_at),
        "seconds": outcome.exec_seconds,
        "peak_memory": outcome.peak_memory_bytes,
        "avg_memory": outcome.avg_memory_bytes,
        "peak_cpu": outcome.peak_cpu_percent,
        "avg_cpu": outcome.avg_cpu_percent,
        "usage": outcome.usage,
    }


def _job_change(outcome: Outcome, status: JobStatus) -> _JobChange:
    """Return what becomes of the job of an attempt whose result has this status."""
    plan, code = outcome.plan, outcome.return_code
    is_lost = outcome.is_lost and status is JobStatus.TERMINATED and plan.n_lost < MAX_LOST
    has_failed = status is JobStatus.FAILED
    is_retry = has_failed and should_retry(plan.rules, code, plan.n_retries)
    if is_lost or is_retry:
        status = JobStatus.READY
    elif has_failed and plan.use_pending_failed and not matches_any(plan.rules, code):
        status = JobStatus.PENDING_FAILED
    return _JobChange(plan.job_id, plan.workflow_id, status, outcome.reason, is_retry, is_lost)


def _change_jobs(changes: Sequence[_JobChange], now: datetime) -> list[_JobChange]:
    """Change the jobs that are pending or running; return the changes that are final."""
    if not changes:
        return []
    rows = [
        {
            "id": change.job_id,
            "status": change.status.value,
            "reason": change.reason,
            "retry": int(change.is_retry),
            "lost": int(change.is_lost),
        }
        for change in changes
    ]
    changed = {job_id for (job_id,) in _update_jobs.fetch(stamp(now), dumps(rows))}
    return [change for change in changes if change.job_id in changed and change.status in COMPLETE]


@Statement
def _update_jobs() -> str:
    source = rows_source(
        {"id": "bigint", "status": "int", "reason": "text", "retry": "int", "lost": "int"}
    )
    return f"""
        UPDATE jobs_job SET status = v.status, reason = v.reason,
            n_retries = jobs_job.n_retries + v.retry, n_lost = jobs_job.n_lost + v.lost,
            ready_at = CASE WHEN v.status = {JobStatus.READY.value} THEN {stamp_parameter()}
                       ELSE jobs_job.ready_at END
        FROM {source}
        WHERE jobs_job.id = v.id AND +jobs_job.status IN {status_list(END.sources)}
        RETURNING jobs_job.id"""


def _write_events(final: Sequence[_JobChange], n_canceled: int, now: datetime) -> None:
    """Write an event of each bad end; a good one has its result."""
    bad = [change for change in final if change.status in BAD]
    if not bad:
        return
    at = int(now.timestamp() * 1000)
    Event.objects.bulk_create(
        Event(
            workflow_id=change.workflow_id,
            timestamp=at,
            data={
                "type": f"job_{change.status.word}",
                "category": "job",
                "job_id": change.job_id,
                "reason": change.reason,
                "n_canceled": n_canceled if position == 0 else 0,
            },
        )
        for position, change in enumerate(bad)
    )
