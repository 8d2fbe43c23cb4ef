"""Rows of a table of jobs: each with its last attempt and why it does not run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils import timezone

from jobs.explain.why_not_running import LOST_NODE, explain
from jobs.models import Job
from jobs.scheduling.fit import Node
from jobs.statuses import UNSUCCESSFUL, JobStatus

if TYPE_CHECKING:
    from workflows.models import Workflow

HEAVY = ("command", "env", "parameters", "options")
"""Columns that no table shows, and that may be long."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job, its last attempt in the present run, and a sentence about it."""

    job: Job
    why: str
    n_attempts: int
    return_code: int | None = None
    seconds: float | None = None
    """How long it ran, or has been running."""
    peak_memory: int | None = None


def job_rows(
    jobs: QuerySet[Job],
    workflow: Workflow,
    nodes: Sequence[Node] | None = None,
    now: datetime | None = None,
) -> list[JobRow]:
    """Return the rows of a table of jobs, in a number of queries that does not grow with them.

    Args:
        jobs: some jobs of the workflow, few enough for one page.
        workflow: their workflow.
        nodes: the workers that are online, if the caller has read them already.
        now: the clock.
    """
    rows: list[Any] = list(_with_last_attempt(jobs, workflow.run_id))
    for job in rows:
        job.workflow = workflow
    moment = now or timezone.now()
    hosts = {job.pk: job.host or LOST_NODE for job in rows if job.is_held}
    reasons = explain(rows, moment, nodes, hosts)
    return [_row(job, reasons.get(job.pk, ""), moment) for job in rows]


def with_error(why: str, error_line: str | None) -> str:
    """Return a reason with the line of the log that explains it, if there is one."""
    if not error_line or error_line in why:
        return why
    return f"{why}: {error_line}" if why else error_line


def _with_last_attempt(jobs: QuerySet[Job], run_id: int) -> Iterable[Job]:
    is_last = Q(results__run_id=run_id, results__attempt_id=F("n_attempts"))
    return (
        jobs.select_related("requirements", "canceled_by")
        .defer(*HEAVY, *(f"canceled_by__{name}" for name in HEAVY))
        .annotate(
            last=FilteredRelation("results", condition=is_last),
            return_code=F("last__return_code"),
            started_at=F("last__started_at"),
            exec_seconds=F("last__exec_seconds"),
            peak_memory=F("last__peak_memory_bytes"),
            error_line=F("last__error_line"),
            held=FilteredRelation("results", condition=Q(results__ended_at__isnull=True)),
            is_held=F("held__pk"),
            host=F("held__compute_node__hostname"),
        )
    )


def _row(job: Any, why: str, now: datetime) -> JobRow:
    if job.status == JobStatus.COMPLETED or job.status in UNSUCCESSFUL:
        ended = (job.return_code, job.exec_seconds, job.peak_memory)
        return JobRow(job, with_error(why, job.error_line), job.n_attempts, *ended)
    if job.status == JobStatus.RUNNING and job.started_at:
        return JobRow(job, why, job.n_attempts, seconds=(now - job.started_at).total_seconds())
    return JobRow(job, why, job.n_attempts)
