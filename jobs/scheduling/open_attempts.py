"""Opening attempts: ready jobs that were placed become pending, each with a row and a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from database.sql import Row, Statement, dumps, ids_source, rows_source, stamp, stamp_parameter
from jobs.scheduling.attempts import AttemptPlan, outputs_of, read_plan
from jobs.scheduling.commands import resolved_commands
from jobs.scheduling.fit import Candidate, Placement
from jobs.statuses import JobStatus


@dataclass(frozen=True, slots=True)
class ReadyJob:
    """A job that may be placed."""

    workflow_id: int
    run_id: int
    command: str
    """As written: tokens not yet filled in."""
    candidate: Candidate
    planned: Row
    """What `attempts.PLANNED_COLUMNS` say of it."""


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
    numbers = _claim([one.job_id for one in placements])
    claimed = [one for one in placements if one.job_id in numbers]
    jobs = {one.job_id: ready[one.job_id] for one in claimed}
    commands = resolved_commands((key, job.workflow_id, job.command) for key, job in jobs.items())
    rows = [_result_row(one, jobs[one.job_id], numbers, commands) for one in claimed]
    inserted = _open_results.fetch(stamp(now), dumps(rows))
    plans = _plans({row[1]: row[0] for row in inserted}, rows, jobs, now)
    return [
        _opened(plans[job_id], jobs[job_id].candidate.need.queue_tag, uids[node_id], incarnation)
        for _, job_id, node_id, incarnation in inserted
    ]


def _opened(plan: AttemptPlan, tag: str, uid: str, incarnation: str) -> OpenedAttempt:
    return OpenedAttempt(plan, uid, incarnation, f"{tag}@{uid}")


def _plans(
    result_ids: Mapping[int, int],
    rows: Sequence[Mapping[str, Any]],
    jobs: Mapping[int, ReadyJob],
    now: datetime,
) -> dict[int, AttemptPlan]:
    outputs = outputs_of([key for key, job in jobs.items() if job.planned[-1]])
    keys = ("job_id", "workflow_id", "run_id", "attempt_id", "command", "indices")
    found: dict[int, AttemptPlan] = {}
    for row in rows:
        job_id = row["job_id"]
        attempt = (result_ids[job_id], *(row[key] for key in keys), now, None, "")
        found[job_id] = read_plan(attempt, jobs[job_id].planned, outputs.get(job_id, ()))
    return found


def _claim(job_ids: Sequence[int]) -> dict[int, int]:
    """Make ready jobs pending; job id -> number of the new attempt, for those that were won."""
    return dict(_claim_jobs.fetch(dumps(job_ids)))


@Statement
def _claim_jobs() -> str:
    # The plus keeps planners from the index of ready jobs, of which there may be 100,000.
    return f"""
        UPDATE jobs_job SET status = {JobStatus.PENDING.value}, n_attempts = n_attempts + 1,
               reason = '', canceled_by_id = NULL
        WHERE id IN ({ids_source()}) AND +status = {JobStatus.READY.value}
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
