"""What a worker must know to run an attempt, and what it says when the attempt has ended."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from database.sql import Row, Statement, dumps, ids_source, moment
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
    gpu_indices: str
    runtime_limit: int | None
    """Seconds."""
    memory_limit: int | None
    """Bytes."""
    rules: tuple[RetryRule, ...]
    n_retries: int
    n_lost: int
    use_pending_failed: bool
    outputs: tuple[OutputFile, ...]
    opened_at: datetime
    started_at: datetime | None
    kill_reason: str


@dataclass(slots=True)
class EndedAttempt:
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
    """Memory and CPU over time, as `series.encoded` writes them."""
    stdout_tail: str = ""
    stderr_tail: str = ""
    output_mtimes: tuple[tuple[int, float], ...] = ()
    """(file id, seconds since 1970) of the declared outputs that are there."""

    @property
    def has_texts(self) -> bool:
        """Something in it came from outside and might not be storable."""
        return bool(self.stdout_tail or self.stderr_tail or self.output_mtimes)

    def without_texts(self) -> EndedAttempt:
        """The bare end: what must be stored whatever a log holds."""
        reason = "its report could not be stored as it was; see the worker's log"
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


PLANNED_COLUMNS = """
    j.name, j.env, j.n_retries, j.n_lost, w.env, w.submission_directory, w.options,
    q.runtime_seconds, q.enforces_runtime, q.memory_bytes, q.enforces_memory, h.rules,
    EXISTS (SELECT 1 FROM jobs_jobfile l WHERE l.job_id = j.id AND l.is_output)"""
"""What a plan takes from its job `j`; the last says whether it has `outputs_of`."""

PLANNED_TABLES = """
    JOIN workflows_workflow w ON w.id = j.workflow_id
    JOIN jobs_resourcerequirements q ON q.id = j.requirements_id
    LEFT JOIN jobs_failurehandler h ON h.id = j.failure_handler_id"""


def load_open_attempts(result_ids: Iterable[int]) -> list[AttemptPlan]:
    """The plans of those attempts that are still open, in the order of their ids."""
    rows = _select_plans.fetch(dumps(result_ids))
    outputs = outputs_of([row[1] for row in rows if row[-1]])
    return [read_plan(row[:10], row[10:], outputs.get(row[1], ())) for row in rows]


@Statement
def _select_plans() -> str:
    return f"""
        SELECT r.id, r.job_id, r.workflow_id, r.run_id, r.attempt_id, r.command, r.gpu_indices,
               r.opened_at, r.started_at, r.kill_reason, {PLANNED_COLUMNS}
        FROM jobs_result r JOIN jobs_job j ON j.id = r.job_id {PLANNED_TABLES}
        WHERE r.ended_at IS NULL AND r.id IN ({ids_source()}) ORDER BY r.id"""


def outputs_of(job_ids: Sequence[int]) -> dict[int, tuple[OutputFile, ...]]:
    """The declared output files of jobs, by job id."""
    if not job_ids:
        return {}
    found: dict[int, tuple[OutputFile, ...]] = {}
    for job_id, *file in _select_outputs.fetch(dumps(job_ids)):
        found[job_id] = (*found.get(job_id, ()), OutputFile(*file))
    return found


@Statement
def _select_outputs() -> str:
    return f"""
        SELECT l.job_id, f.id, f.name, f.path
        FROM jobs_jobfile l JOIN userdata_file f ON f.id = l.file_id
        WHERE l.is_output AND l.job_id IN ({ids_source()}) ORDER BY f.id"""


def read_plan(attempt: Row, planned: Row, outputs: tuple[OutputFile, ...]) -> AttemptPlan:
    """The plan; of a job whose row somebody broke, one that says so and fails.

    Args:
        attempt: id, job, workflow, run, number, command, GPU indices, opened, started and kill
            reason of the attempt.
        planned: what `PLANNED_COLUMNS` say.
        outputs: the declared output files of the job.
    """
    try:
        return _plan(attempt, planned, outputs)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        said = shlex.quote(f"torc: this job's row cannot be read: {error}")
        command = f"printf '%s\\n' {said} >&2; exit 1"
        name, _, n_retries, n_lost, _, directory, _, *limits = planned[:11]
        blank = (name, "{}", n_retries, n_lost, "{}", directory, "{}", *limits, "")
        return _plan((*attempt[:5], command, *attempt[6:]), blank, ())


def _plan(attempt: Row, planned: Row, outputs: tuple[OutputFile, ...]) -> AttemptPlan:
    (result_id, job_id, workflow_id, run_id, attempt_id, command, gpu_indices) = attempt[:7]
    (opened_at, started_at, kill_reason) = attempt[7:]
    (name, env, n_retries, n_lost, workflow_env, directory, options) = planned[:7]
    (runtime, has_runtime, memory, has_memory, rules) = planned[7:12]
    opened = moment(opened_at)
    assert opened is not None
    return AttemptPlan(
        result_id=result_id,
        job_id=job_id,
        workflow_id=workflow_id,
        run_id=run_id,
        attempt_id=attempt_id,
        job_name=name,
        command=command,
        env=_merged(workflow_env, env),
        submission_directory=directory,
        gpu_indices=gpu_indices,
        runtime_limit=runtime if has_runtime else None,
        memory_limit=memory if has_memory else None,
        rules=parse_rules(rules or ""),
        n_retries=n_retries,
        n_lost=n_lost,
        use_pending_failed=bool(options != "{}" and _decoded(options).get("use_pending_failed")),
        outputs=outputs,
        opened_at=opened,
        started_at=moment(started_at),
        kill_reason=kill_reason,
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
) -> EndedAttempt:
    """What to report of an attempt without a process."""
    return EndedAttempt(plan, status, code, reason, plan.started_at, now)


def lost(plan: AttemptPlan, reason: str, now: datetime) -> EndedAttempt:
    """What to report of an attempt whose end nobody saw."""
    report = never_started(plan, JobStatus.TERMINATED, RETURN_CODE_LOST, reason, now)
    report.is_lost = True
    return report
