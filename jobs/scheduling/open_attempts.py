"""Opening attempts: ready jobs that were placed become pending, each with a row and a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from database.sql import Statement, dumps, ids_source, rows_source, stamp, stamp_parameter
from jobs.scheduling.attempts import AttemptPlan, AttemptRow, JobRow, outputs_of, plan_of
from jobs.scheduling.candidates import Candidate
from jobs.scheduling.commands import resolved_commands
from jobs.scheduling.fit import Placement
from jobs.sql import status_list
from jobs.statuses import PLACE, JobStatus


@dataclass(frozen=True, slots=True)
class ReadyJob:
    """A job that may be placed."""

    workflow_id: int
    run_id: int
    command: str
    """As written: tokens not yet filled in."""
    candidate: Candidate
    row: JobRow
    """What its plan takes from it."""


@dataclass(frozen=True, slots=True)
class OpenedAttempt:
    """An attempt that waits for its node to start it, and where to send word of it."""

    plan: AttemptPlan
    node_uid: str
    incarnation: str
    queue: str


def open_attempts(
    placements: Sequence[Placement],
    ready: Mapping[int, ReadyJob],
    uids: Mapping[int, str],
    now: datetime,
) -> list[OpenedAttempt]:
    """Open an attempt for each placed job that is still ready, in the caller's transaction.

    Args:
        placements: which job goes to which node.
        ready: job id -> the job.
        uids: node id -> the node's own name.
        now: when the attempts are opened.
    """
    numbers = claim_jobs([placement.job_id for placement in placements])
    claimed = [placement for placement in placements if placement.job_id in numbers]
    jobs = {placement.job_id: ready[placement.job_id] for placement in claimed}
    commands = resolved_commands((key, job.workflow_id, job.command) for key, job in jobs.items())
    rows = [_result_row(claim, jobs[claim.job_id], numbers, commands) for claim in claimed]
    inserted = [_Inserted(*row) for row in _open_results.fetch(stamp(now), dumps(rows))]
    plans = _plans({result.job_id: result.result_id for result in inserted}, rows, jobs, now)
    return [_opened(plans[result.job_id], jobs, result, uids) for result in inserted]


class _Inserted(NamedTuple):
    result_id: int
    job_id: int
    node_id: int
    incarnation: str


def _opened(
    plan: AttemptPlan, jobs: Mapping[int, ReadyJob], result: _Inserted, uids: Mapping[int, str]
) -> OpenedAttempt:
    uid, tag = uids[result.node_id], jobs[result.job_id].candidate.need.queue_tag
    return OpenedAttempt(plan, uid, result.incarnation, f"{tag}@{uid}")


def _plans(
    result_ids: Mapping[int, int],
    rows: Sequence[Mapping[str, Any]],
    jobs: Mapping[int, ReadyJob],
    now: datetime,
) -> dict[int, AttemptPlan]:
    outputs = outputs_of([job_id for job_id, job in jobs.items() if job.row.has_outputs])
    plans: dict[int, AttemptPlan] = {}
    for row in rows:
        job_id = row["job_id"]
        attempt = AttemptRow(
            result_id=result_ids[job_id],
            job_id=job_id,
            workflow_id=row["workflow_id"],
            run_id=row["run_id"],
            attempt_id=row["attempt_id"],
            command=row["command"],
            num_cpus=row["cpus"],
            memory_bytes=row["memory"],
            num_gpus=row["gpus"],
            gpu_indices=row["indices"],
            opened_at=now,
            started_at=None,
            kill_reason="",
        )
        plans[job_id] = plan_of(attempt, jobs[job_id].row, outputs.get(job_id, ()))
    return plans


def claim_jobs(job_ids: Sequence[int]) -> dict[int, int]:
    """Make ready jobs pending.

    Returns:
        Job id -> the number of its new attempt, for those that still were ready.
    """
    return dict(_claim_jobs.fetch(dumps(job_ids)))


@Statement
def _claim_jobs() -> str:
    # The plus keeps planners from the index of ready jobs, of which there may be 100,000.
    return f"""
        UPDATE jobs_job SET status = {JobStatus.PENDING.value}, n_attempts = n_attempts + 1,
               reason = '', canceled_by_id = NULL
        WHERE id IN ({ids_source()}) AND +status IN {status_list(PLACE.sources)}
        RETURNING id, n_attempts"""


def _result_row(
    placement: Placement, job: ReadyJob, numbers: dict[int, int], commands: dict[int, str]
) -> dict[str, Any]:
    return {
        "job_id": placement.job_id,
        "workflow_id": job.workflow_id,
        "run_id": job.run_id,
        "attempt_id": numbers[placement.job_id],
        "node_id": placement.node_id,
        "cpus": placement.demand.num_cpus,
        "memory": placement.demand.memory_bytes,
        "gpus": placement.demand.num_gpus,
        "indices": ",".join(str(index) for index in placement.gpu_indices),
        "command": commands[placement.job_id],
    }


_RESULT_COLUMNS = {
    "job_id": "bigint",
    "workflow_id": "bigint",
    "run_id": "int",
    "attempt_id": "int",
    "node_id": "bigint",
    "cpus": "int",
    "memory": "bigint",
    "gpus": "int",
    "indices": "text",
    "command": "text",
}


@Statement
def _open_results() -> str:
    return f"""
        INSERT INTO jobs_result (job_id, workflow_id, run_id, attempt_id, compute_node_id,
            incarnation, status, num_cpus, memory_bytes, num_gpus, gpu_indices, opened_at,
            opened_revision, kill_reason, reason, command)
        SELECT v.job_id, v.workflow_id, v.run_id, v.attempt_id, v.node_id,
            n.incarnation, {JobStatus.PENDING.value}, v.cpus, v.memory, v.gpus, v.indices,
            {stamp_parameter()}, w.revision, '', '', v.command
        FROM {rows_source(_RESULT_COLUMNS)} JOIN jobs_computenode n ON n.id = v.node_id
        JOIN workflows_workflow w ON w.id = v.workflow_id
        WHERE true
        RETURNING id, job_id, compute_node_id, incarnation"""
