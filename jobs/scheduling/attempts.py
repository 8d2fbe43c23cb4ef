"""The plan of an attempt, from which its worker runs it, and its outcome, which it hands in."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, cast

from database.sql import Statement, dumps, ids_source, moment
from jobs.scheduling.retry_rules import RetryRule, parse_rules
from jobs.statuses import RETURN_CODE_LOST, JobStatus


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that the job declared as its output."""

    file_id: int
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class AttemptPlan:
    """An open attempt as its node runs it; limits are None when nobody wrote them."""

    result_id: int
    job_id: int
    workflow_id: int
    run_id: int
    attempt_id: int
    job_name: str
    command: str
    env: dict[str, str]
    submission_directory: str | None
    num_cpus: int
    memory_bytes: int
    num_gpus: int
    """What is reserved for it, as the two before."""
    gpu_indices: str
    runtime_seconds: int
    """What it is expected to take at most, whether or not that is enforced."""
    runtime_limit: int | None
    """Seconds."""
    runtime_text: str
    """As somebody wrote it."""
    memory_limit: int | None
    """Bytes."""
    memory_text: str
    """As somebody wrote it."""
    rules: tuple[RetryRule, ...]
    n_retries: int
    n_lost: int
    use_pending_failed: bool
    outputs: tuple[OutputFile, ...]
    opened_at: datetime
    started_at: datetime | None
    kill_reason: str


@dataclass(slots=True)
class Outcome:
    """How an attempt ended, as its node saw it; a committed kill reason overrules `status`."""

    plan: AttemptPlan
    status: JobStatus
    return_code: int
    reason: str
    started_at: datetime | None
    ended_at: datetime
    is_lost: bool = False
    peak_memory_bytes: int | None = None
    avg_memory_bytes: int | None = None
    peak_cpu_percent: float | None = None
    avg_cpu_percent: float | None = None
    usage: str = ""
    """Memory and CPU over time, as `usage.encoded` writes them."""
    stdout_tail: str = ""
    stderr_tail: str = ""
    output_mtimes: tuple[tuple[int, float], ...] = ()
    """(file id, seconds since 1970) of the declared outputs that are there."""

    @property
    def has_texts(self) -> bool:
        """Something in it came from outside and might not be storable."""
        return bool(self.stdout_tail or self.stderr_tail or self.output_mtimes)

    def without_texts(self) -> Outcome:
        """Return the outcome without what came from outside, so that it can be stored."""
        reason = "its outcome could not be stored as it was; see the worker's log"
        return replace(self, reason=reason, stdout_tail="", stderr_tail="", output_mtimes=())

    lived_seconds: float | None = None
    """How long the process lived by a clock that never jumps, if the same worker saw it all."""

    @property
    def exec_seconds(self) -> float:
        """How long the process lived."""
        if self.lived_seconds is not None:
            return self.lived_seconds
        if self.started_at is None:
            return 0.0
        return max((self.ended_at - self.started_at).total_seconds(), 0.0)


class AttemptRow(NamedTuple):
    """What a plan takes from its attempt."""

    result_id: int
    job_id: int
    workflow_id: int
    run_id: int
    attempt_id: int
    command: str
    num_cpus: int
    memory_bytes: int
    num_gpus: int
    gpu_indices: str
    opened_at: Any
    started_at: Any
    kill_reason: str


class JobRow(NamedTuple):
    """What a plan takes from its job: `JOB_COLUMNS`, read from `JOB_TABLES`."""

    name: str
    env: Any
    n_retries: int
    n_lost: int
    workflow_env: Any
    submission_directory: str | None
    options: Any
    """Of the workflow."""
    runtime: str
    runtime_seconds: int
    enforces_runtime: bool
    memory: str
    memory_bytes: int
    enforces_memory: bool
    rules: str | None
    has_outputs: bool


JOB_COLUMNS = """
    j.name, j.env, j.n_retries, j.n_lost, w.env, w.submission_directory, w.options,
    q.runtime, q.runtime_seconds, q.enforces_runtime,
    q.memory, q.memory_bytes, q.enforces_memory, h.rules,
    EXISTS (SELECT 1 FROM jobs_jobfile l WHERE l.job_id = j.id AND l.is_output)"""

JOB_TABLES = """
    JOIN workflows_workflow w ON w.id = j.workflow_id
    JOIN jobs_resourcerequirements q ON q.id = j.requirements_id
    LEFT JOIN jobs_failurehandler h ON h.id = j.failure_handler_id"""

_N_ATTEMPT = len(AttemptRow._fields)


def load_open_attempts(result_ids: Iterable[int]) -> list[AttemptPlan]:
    """Return the plans of those attempts that are still open, in the order of their ids."""
    rows = [
        (AttemptRow(*row[:_N_ATTEMPT]), JobRow(*row[_N_ATTEMPT:]))
        for row in _select_plans.fetch(dumps(result_ids))
    ]
    outputs = outputs_of([attempt.job_id for attempt, job in rows if job.has_outputs])
    return [plan_of(attempt, job, outputs.get(attempt.job_id, ())) for attempt, job in rows]


@Statement
def _select_plans() -> str:
    return f"""
        SELECT r.id, r.job_id, r.workflow_id, r.run_id, r.attempt_id, r.command,
               r.num_cpus, r.memory_bytes, r.num_gpus, r.gpu_indices,
               r.opened_at, r.started_at, r.kill_reason, {JOB_COLUMNS}
        FROM jobs_result r JOIN jobs_job j ON j.id = r.job_id {JOB_TABLES}
        WHERE r.ended_at IS NULL AND r.id IN ({ids_source()}) ORDER BY r.id"""


def outputs_of(job_ids: Sequence[int]) -> dict[int, tuple[OutputFile, ...]]:
    """Return the declared output files of jobs, by job id."""
    if not job_ids:
        return {}
    outputs: dict[int, tuple[OutputFile, ...]] = {}
    for job_id, *file in _select_outputs.fetch(dumps(job_ids)):
        outputs[job_id] = (*outputs.get(job_id, ()), OutputFile(*file))
    return outputs


@Statement
def _select_outputs() -> str:
    return f"""
        SELECT l.job_id, f.id, f.name, f.path
        FROM jobs_jobfile l JOIN userdata_file f ON f.id = l.file_id
        WHERE l.is_output AND l.job_id IN ({ids_source()}) ORDER BY f.id"""


def plan_of(attempt: AttemptRow, job: JobRow, outputs: tuple[OutputFile, ...]) -> AttemptPlan:
    """Return the plan; of a job whose row somebody broke, one that says so and fails.

    Args:
        attempt: the attempt.
        job: its job.
        outputs: the declared output files of the job.
    """
    try:
        return _plan(attempt, job, outputs)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        message = shlex.quote(f"torc: this job's row cannot be read: {error}")
        failing = attempt._replace(command=f"printf '%s\\n' {message} >&2; exit 1")
        return _plan(failing, job._replace(env="{}", workflow_env="{}", options="{}", rules=""), ())


def _plan(attempt: AttemptRow, job: JobRow, outputs: tuple[OutputFile, ...]) -> AttemptPlan:
    options = {} if job.options == "{}" else _decoded(job.options)
    return AttemptPlan(
        result_id=attempt.result_id,
        job_id=attempt.job_id,
        workflow_id=attempt.workflow_id,
        run_id=attempt.run_id,
        attempt_id=attempt.attempt_id,
        job_name=job.name,
        command=attempt.command,
        env=_merged(job.workflow_env, job.env),
        submission_directory=job.submission_directory,
        num_cpus=attempt.num_cpus,
        memory_bytes=attempt.memory_bytes,
        num_gpus=attempt.num_gpus,
        gpu_indices=attempt.gpu_indices,
        runtime_seconds=job.runtime_seconds,
        runtime_limit=job.runtime_seconds if job.enforces_runtime else None,
        runtime_text=job.runtime,
        memory_limit=job.memory_bytes if job.enforces_memory else None,
        memory_text=job.memory,
        rules=parse_rules(job.rules or ""),
        n_retries=job.n_retries,
        n_lost=job.n_lost,
        use_pending_failed=bool(options.get("use_pending_failed")),
        outputs=outputs,
        opened_at=cast("datetime", moment(attempt.opened_at)),
        started_at=moment(attempt.started_at),
        kill_reason=attempt.kill_reason,
    )


def _merged(workflow_env: Any, job_env: Any) -> dict[str, str]:
    if workflow_env == "{}" and job_env == "{}":
        return {}
    return {**_decoded(workflow_env), **_decoded(job_env)}


def _decoded(value: Any) -> dict[str, Any]:
    """JSON as raw SQL reads it: text on SQLite, perhaps decoded on PostgreSQL."""
    decoded = json.loads(value) if isinstance(value, str) else value
    return dict(decoded or {})


def never_started(
    plan: AttemptPlan, status: JobStatus, code: int, reason: str, now: datetime
) -> Outcome:
    """Return the outcome of an attempt that had no process."""
    return Outcome(plan, status, code, reason, plan.started_at, now)


def lost(plan: AttemptPlan, reason: str, now: datetime) -> Outcome:
    """Return the outcome of an attempt whose end nobody saw."""
    outcome = never_started(plan, JobStatus.TERMINATED, RETURN_CODE_LOST, reason, now)
    outcome.is_lost = True
    return outcome
