"""How long jobs take, and how long the rest of a workflow will take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import NamedTuple

from database.sql import fetch, moment
from jobs.statuses import ACTIVE, ENDED_BADLY, WAITING, JobStatus
from workflows.models import Workflow

SAMPLE = 50
"""How many jobs of a family are looked at."""
MAX_FAMILIES = 100
LATEST_ATTEMPTS = 101
"""How many of the latest attempts stand for all."""
_MEASURED = (JobStatus.COMPLETED, *sorted(ENDED_BADLY))
"""The ends after which the run time of a job is known, the most telling first."""


class _FamilyMean(NamedTuple):
    """The mean run time, in seconds, of jobs of one family that have one status."""

    position: int
    """Of the family in the list of those that were requested."""
    status: int
    seconds: float | None


def mean_seconds(workflow: Workflow, family_ids: Iterable[int | None]) -> dict[int | None, float]:
    """Return the mean run time, in seconds, of the last attempts in each family, by family id.

    Completed jobs count; where a family has none, those that ended otherwise do.

    Args:
        workflow: whose present run counts.
        family_ids: None stands for jobs without a family; of very many, some are left out.
    """
    families = list(family_ids)[:MAX_FAMILIES]
    if not families:
        return {}
    parts: list[str] = []
    parameters: list[int] = []
    for position, family_id in enumerate(families):
        for status in _MEASURED:
            parts.append(_mean_of(position, status, has_family=family_id is not None))
            parameters += [workflow.run_id, workflow.pk]
            parameters += [] if family_id is None else [family_id]
    means: dict[int | None, float] = {}
    for row in sorted(map(_FamilyMean._make, fetch(" UNION ALL ".join(parts), parameters))):
        if row.seconds is not None:
            means.setdefault(families[row.position], float(row.seconds))
    return means


def _mean_of(position: int, status: JobStatus, *, has_family: bool) -> str:
    family = "j.family_id = %s" if has_family else "j.family_id IS NULL"
    return f"""
        SELECT {position}, {status.value}, avg(s.seconds) FROM (
            SELECT (SELECT r.exec_seconds FROM jobs_result r WHERE r.job_id = k.id
                    AND r.run_id = %s AND r.attempt_id = k.n_attempts) AS seconds
            FROM (SELECT j.id, j.n_attempts FROM jobs_job j
                  WHERE j.workflow_id = %s AND j.status = {status.value} AND {family}
                  LIMIT {SAMPLE}) AS k) AS s"""


def seconds_left(counts: Mapping[str, int], median_seconds: float | None) -> float | None:
    """Return how long the rest of a workflow will take, in seconds, if it goes on as it went.

    Running jobs are taken to be half done, and as many as now to run side by side. None means
    that nothing runs, or that nothing has completed yet.

    Args:
        counts: number of jobs by status word.
        median_seconds: the run time of a job.
    """
    n_running = sum(counts.get(status.word, 0) for status in ACTIVE)
    n_left = n_running + sum(counts.get(status.word, 0) for status in WAITING)
    if median_seconds is None or not n_running:
        return None
    rounds = max(1.0, (n_left - n_running / 2) / n_running)
    return median_seconds * (rounds if n_left > n_running else 0.5)


def rough_duration(seconds: float) -> str:
    """Return a duration in words, no finer than an estimate is: ``40 s``, ``12 min``, ``3.5 h``."""
    if seconds < 60:
        return f"{max(1, round(seconds, -1 if seconds > 10 else 0)):.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    hours = seconds / 3600
    if hours < 10:
        return f"{hours:.1f}".removesuffix(".0") + " h"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} d"


@dataclass(frozen=True, slots=True)
class RecentAttempts:
    """What the latest attempts of a run say about it."""

    median_seconds: float | None
    """The run time of those that completed; None if none did."""
    last_ended_at: datetime | None


class _EndedAttempt(NamedTuple):
    """What is read of an attempt that has ended."""

    workflow_id: int
    return_code: int | None
    exec_seconds: float | None
    ended_at: datetime | str


def recent_attempts(runs: Mapping[int, int]) -> dict[int, RecentAttempts]:
    """Return the recent attempts of runs by workflow id, in one query that reads no others.

    Args:
        runs: workflow id -> run id, few enough for one page.
    """
    if not runs:
        return {}
    latest = f"""SELECT * FROM (SELECT workflow_id, return_code, exec_seconds, ended_at
        FROM jobs_result WHERE workflow_id = %s AND run_id = %s AND ended_at IS NOT NULL
        ORDER BY id DESC LIMIT {LATEST_ATTEMPTS}) AS latest"""
    parameters = [number for pair in runs.items() for number in pair]
    rows = [
        _EndedAttempt(*row) for row in fetch(" UNION ALL ".join([latest] * len(runs)), parameters)
    ]
    return {
        workflow_id: _recent([row for row in rows if row.workflow_id == workflow_id])
        for workflow_id in runs
    }


def _recent(rows: Sequence[_EndedAttempt]) -> RecentAttempts:
    completed = [row for row in rows if row.return_code == 0]
    seconds = [row.exec_seconds for row in completed if row.exec_seconds is not None]
    ends = [ended_at for row in rows if (ended_at := moment(row.ended_at))]
    return RecentAttempts(median(seconds) if seconds else None, max(ends, default=None))
