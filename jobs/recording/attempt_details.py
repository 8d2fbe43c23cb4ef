"""What an attempt leaves beside its result: the cause of a bad end, log tails, times of files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from database.sql import dumps, execute, rows_source
from jobs.recording.causes import cause_of
from jobs.scheduling.attempts import EndedAttempt
from jobs.statuses import RETURN_CODE_MEMORY, RETURN_CODE_RUNTIME, JobStatus, KillReason
from userdata.file_times import store_mtimes

CauseRow = dict[str, Any]
_LIMITS = {RETURN_CODE_MEMORY: KillReason.MEMORY, RETURN_CODE_RUNTIME: KillReason.RUNTIME}


def _cause_row(one: EndedAttempt) -> CauseRow | None:
    """Why the attempt ended badly; None when it did not."""
    if one.status not in (JobStatus.FAILED, JobStatus.TERMINATED):
        return None
    is_limit = one.status is JobStatus.TERMINATED
    kill_reason = _LIMITS.get(one.return_code, "") if is_limit else ""
    tails = (one.stderr_tail, one.stdout_tail)
    cause = cause_of(one.return_code, kill_reason, one.reason, *tails)
    return {"id": one.plan.result_id, "cause": cause.label, "line": cause.error_line}


def causes_of(ended: Sequence[EndedAttempt]) -> list[CauseRow]:
    """Causes for `write_causes`; worked out before anything is locked."""
    return [row for one in ended if (row := _cause_row(one))]


def write_causes(rows: Sequence[CauseRow]) -> None:
    """Keep the causes of attempts that did end badly: a cancel may have come first."""
    if not rows:
        return
    source = rows_source({"id": "bigint", "cause": "text", "line": "text"})
    sql = f"""
        UPDATE jobs_result SET cause = v.cause, error_line = v.line FROM {source}
        WHERE jobs_result.id = v.id AND jobs_result.cause = ''
          AND jobs_result.status IN ({JobStatus.FAILED.value}, {JobStatus.TERMINATED.value})"""
    execute(sql, [dumps(rows)])


def write_logs(ended: Sequence[EndedAttempt]) -> None:
    """Keep the tails of logs, for a page or another machine without the node's folder."""
    rows = [
        {"id": one.plan.result_id, "out": one.stdout_tail, "err": one.stderr_tail}
        for one in ended
        if one.stdout_tail or one.stderr_tail
    ]
    if not rows:
        return
    sql = f"""
        INSERT INTO jobs_logtail (result_id, stdout, stderr)
        SELECT v.id, v.out, v.err FROM {rows_source({"id": "bigint", "out": "text", "err": "text"})}
        JOIN jobs_result r ON r.id = v.id WHERE true
        ON CONFLICT (result_id) DO NOTHING"""
    execute(sql, [dumps(rows)])


def write_mtimes(ended: Sequence[EndedAttempt]) -> None:
    """Store when declared output files were written."""
    mtimes = [file_time for attempt in ended for file_time in attempt.output_mtimes]
    if mtimes:
        store_mtimes(mtimes, is_change=True)
