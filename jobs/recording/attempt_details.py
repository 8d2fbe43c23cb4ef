"""What is stored of an attempt beside its result: its cause, log tails, times of its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from database.sql import dumps, execute, rows_source
from jobs.recording.causes import cause_of
from jobs.scheduling.attempts import Outcome
from jobs.sql import status_list
from jobs.statuses import (
    ENDED_BADLY,
    RETURN_CODE_MEMORY,
    RETURN_CODE_RUNTIME,
    JobStatus,
    KillReason,
)
from userdata.file_times import store_mtimes

CauseRow = dict[str, Any]
_LIMITS = {RETURN_CODE_MEMORY: KillReason.MEMORY, RETURN_CODE_RUNTIME: KillReason.RUNTIME}


def _cause_row(outcome: Outcome) -> CauseRow | None:
    """Return why the attempt ended badly; None when it did not."""
    if outcome.status not in ENDED_BADLY:
        return None
    is_limit = outcome.status is JobStatus.TERMINATED
    kill_reason = _LIMITS.get(outcome.return_code, "") if is_limit else ""
    tails = (outcome.stderr_tail, outcome.stdout_tail)
    cause = cause_of(outcome.return_code, kill_reason, outcome.reason, *tails)
    return {"id": outcome.plan.result_id, "cause": cause.label, "line": cause.error_line}


def causes_of(outcomes: Sequence[Outcome]) -> list[CauseRow]:
    """Return causes for `write_causes`; they are worked out before anything is locked."""
    return [row for outcome in outcomes if (row := _cause_row(outcome))]


def write_causes(rows: Sequence[CauseRow]) -> None:
    """Store the causes of attempts that did end badly: a cancel may have come first."""
    if not rows:
        return
    source = rows_source({"id": "bigint", "cause": "text", "line": "text"})
    sql = f"""
        UPDATE jobs_result SET cause = v.cause, error_line = v.line FROM {source}
        WHERE jobs_result.id = v.id AND jobs_result.cause = ''
          AND jobs_result.status IN {status_list(ENDED_BADLY)}"""
    execute(sql, [dumps(rows)])


def write_logs(outcomes: Sequence[Outcome]) -> None:
    """Store the ends of logs, for a page or another machine without the node's folder."""
    rows = [
        {"id": outcome.plan.result_id, "out": outcome.stdout_tail, "err": outcome.stderr_tail}
        for outcome in outcomes
        if outcome.stdout_tail or outcome.stderr_tail
    ]
    if not rows:
        return
    sql = f"""
        INSERT INTO jobs_logtail (result_id, stdout, stderr)
        SELECT v.id, v.out, v.err FROM {rows_source({"id": "bigint", "out": "text", "err": "text"})}
        JOIN jobs_result r ON r.id = v.id WHERE true
        ON CONFLICT (result_id) DO NOTHING"""
    execute(sql, [dumps(rows)])


def write_mtimes(outcomes: Sequence[Outcome]) -> None:
    """Store when declared output files were written."""
    mtimes = [file_time for outcome in outcomes for file_time in outcome.output_mtimes]
    if mtimes:
        store_mtimes(mtimes, is_change=True)
