"""What a new worker does about the attempts of the one before it on the same node."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from jobs.scheduling.attempts import AttemptPlan
from jobs.worker import process
from jobs.worker.process import Record
from jobs.worker.worker import Worker
from specification.texts.counts import counted

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.2
"""Between two looks at the record of an adopted attempt."""


def adopt_all(worker: Worker, plans: list[AttemptPlan]) -> None:
    """End, adopt or run each open attempt that an earlier worker of this node left.

    An exit code in the record is the truth, whoever still holds the lock; a held lock is a living
    tree; a missing record means that nothing was started; what remains is lost.
    """
    strays = _strays(worker, plans)  # before anything starts, or it would be among them
    adopted: list[tuple[AttemptPlan, Record]] = []
    for plan in plans:
        worker.claim(plan.result_id)
        record = process.read_record(worker.folder.record_of(plan.result_id))
        if record is not None and record.return_code is None and record.is_held:
            adopted.append((plan, record))
        else:
            threading.Thread(target=_end_or_run, args=[worker, plan, record], daemon=True).start()
    threading.Thread(target=_end_strays, args=[strays], daemon=True).start()
    if adopted:
        logger.info("adopted %s", counted(len(adopted), "running job"))
        threading.Thread(target=_follow, args=[worker, adopted], daemon=True).start()


def _end_or_run(worker: Worker, plan: AttemptPlan, record: Record | None) -> None:
    if record is None and plan.started_at is None and not plan.kill_reason:
        worker.run_all(plan)
    else:
        _report(worker, plan, record)


def _report(worker: Worker, plan: AttemptPlan, record: Record | None) -> None:
    ended_at = None
    if record is not None and record.return_code is not None:
        ended_at = datetime.fromtimestamp(record.written_at, UTC)
    outcome = worker.outcome_of(plan, record, -9, _start_of(plan, record), ended_at)
    worker.run_all(worker.reporter.hand_in(outcome))


def _start_of(plan: AttemptPlan, record: Record | None) -> datetime:
    if record is not None and record.started_at is not None:
        return datetime.fromtimestamp(record.started_at, UTC)
    return plan.started_at or plan.opened_at


def _follow(worker: Worker, adopted: list[tuple[AttemptPlan, Record]]) -> None:
    for plan, record in adopted:
        started_at = _start_of(plan, record)
        lived = (datetime.now(UTC) - started_at).total_seconds()
        worker.watch(plan, time.monotonic() - lived)
        worker.note_start(plan, started_at)
    alive = [plan for plan, _ in adopted]
    while alive:
        time.sleep(POLL_SECONDS)
        alive = [plan for plan in alive if not _has_ended(worker, plan)]


def _has_ended(worker: Worker, plan: AttemptPlan) -> bool:
    record = process.read_record(worker.folder.record_of(plan.result_id))
    if record is not None and record.return_code is None and record.is_held:
        return False
    threading.Thread(target=_report, args=[worker, plan, record], daemon=True).start()
    return True


def _strays(worker: Worker, plans: list[AttemptPlan]) -> list[Path]:
    known = {worker.folder.record_of(plan.result_id) for plan in plans}
    return [path for path in process.records_in(worker.folder.attempts) if path not in known]


def _end_strays(strays: list[Path]) -> None:
    """End trees whose attempts were ended elsewhere, and drop the records of what is over."""
    for path in strays:
        if process.clear(path, 0.0, lambda: False):
            logger.warning(
                "attempt %s ran on after its end had been stored; its processes were ended",
                path.name,
            )
        path.unlink(missing_ok=True)
