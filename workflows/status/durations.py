"""How long jobs take, and how long the rest of a workflow will take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from database.sql import fetch, moment
from jobs.statuses import ACTIVE, COMPLETE, JobStatus
from workflows.models import Workflow

SAMPLE = 50
"""How many jobs of a family are looked at."""
MAX_FAMILIES = 100
LATEST_ATTEMPTS = 101
"""How many of the latest attempts stand for all."""
_NEVER_RUNS = (*COMPLETE, JobStatus.DISABLED, JobStatus.PENDING_FAILED)
_TELLING = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.TERMINATED)


def mean_seconds(workflow: Workflow, family_ids: Iterable[int | None]) -> dict[int | None, float]:
    """The mean run time of the last attempts in each family, by family id.

    Completed jobs say most; a family without any is judged by those that ended otherwise.

    Args:
        workflow: whose present run counts.
        family_ids: None stands for jobs without a family; of very many, some stay unknown.
    """
    listed = list(family_ids)[:MAX_FAMILIES]
    if not listed:
        return {}
    parts: list[str] = []
    parameters: list[int] = []
    for position, family_id in enumerate(listed):
        for status in _TELLING:
            parts.append(_sample(position, status, is_named=family_id is not None))
            parameters += [workflow.run_id, workflow.pk]
            parameters += [] if family_id is None else [family_id]
    rows = fetch(" UNION ALL ".join(parts), parameters)
    means: dict[int | None, float] = {}
    for position, _, mean in sorted(rows, key=lambda row: (row[0], row[1])):
        if mean is not None:
            means.setdefault(listed[position], float(mean))
    return means


def _sample(position: int, status: JobStatus, *, is_named: bool) -> str:
    family = "j.family_id = %s" if is_named else "j.family_id IS NULL"
    return f"""
        SELECT {position}, {status.value}, avg(s.seconds) FROM (
            SELECT (SELECT r.exec_seconds FROM jobs_result r WHERE r.job_id = k.id
                    AND r.run_id = %s AND r.attempt_id = k.n_attempts) AS seconds
            FROM (SELECT j.id, j.n_attempts FROM jobs_job j
                  WHERE j.workflow_id = %s AND j.status = {status.value} AND {family}
                  LIMIT {SAMPLE}) AS k) AS s"""


def seconds_left(counts: Mapping[str, int], median_seconds: float | None) -> float | None:
    """Return how long the rest will take if jobs go on as they went; None if nothing tells.

    Those that run are taken to be half done, and as many as now to run side by side.

    Args:
        counts: number of jobs by status word.
        median_seconds: what a job took.
    """
    n_running = sum(counts.get(one.word, 0) for one in ACTIVE)
    n_over = sum(counts.get(one.word, 0) for one in _NEVER_RUNS)
    n_left = sum(counts.values()) - n_over
    if median_seconds is None or not n_running:
        return None
    rounds = max(1.0, (n_left - n_running / 2) / n_running)
    return median_seconds * (rounds if n_left > n_running else 0.5)


def in_words(seconds: float) -> str:
    """Return a span as roughly as an estimate deserves: ``40 s``, ``12 min``, ``3.5 h``."""
    if seconds < 60:
        return f"{max(1, round(seconds, -1 if seconds > 10 else 0)):.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    hours = seconds / 3600
    if hours < 10:
        return f"{hours:.1f}".removesuffix(".0") + " h"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} d"


@dataclass(frozen=True, slots=True)
class Pace:
    """How a run has gone of late."""

    median_seconds: float | None
    """Of attempts that ended well; None if none did."""
    last_ended_at: datetime | None


def paces(runs: Mapping[int, int]) -> dict[int, Pace]:
    """Return the pace of each workflow's run, in one query that reads the latest attempts only.

    Args:
        runs: workflow id -> run id, few enough for one page.
    """
    if not runs:
        return {}
    one = f"""SELECT * FROM (SELECT workflow_id, return_code, exec_seconds, ended_at
        FROM jobs_result WHERE workflow_id = %s AND run_id = %s AND ended_at IS NOT NULL
        ORDER BY id DESC LIMIT {LATEST_ATTEMPTS}) AS latest"""
    parameters = [number for pair in runs.items() for number in pair]
    rows = fetch(" UNION ALL ".join([one] * len(runs)), parameters)
    return {
        workflow_id: _pace([row for row in rows if row[0] == workflow_id]) for workflow_id in runs
    }


def _pace(rows: list[tuple[int, int, float | None, str]]) -> Pace:
    seconds = [taken for _, code, taken, _ in rows if code == 0 and taken is not None]
    ends = [at for *_, ended in rows if (at := moment(ended))]
    return Pace(median(seconds) if seconds else None, max(ends, default=None))
