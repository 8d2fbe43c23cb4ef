"""What is read of failed jobs, however many there are: counts by cause, and an even sample."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import (
    Aggregate,
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    QuerySet,
    When,
)

from database.sql import dumps, fetch, ids_source
from jobs.models import Result
from jobs.recording.causes import CauseKind, kind_of
from jobs.sql import status_list
from jobs.statuses import ENDED_BADLY, JobStatus
from workflows.failures.remedies import FailureFacts, Remedy, choose_remedy
from workflows.models import Workflow

MAX_ROWS = 5_000
"""The most combinations of cause, family, node, return code and requirements that are read."""
SAMPLE = 200
"""About how many jobs of each cause are read with their parameters."""

_COUNTS: dict[str, Aggregate] = {
    "n_jobs": Count("pk"),
    "first_at": Min("ended_at"),
    "last_at": Max("ended_at"),
    "lowest_peak": Min("peak_memory_bytes"),
    "highest_peak": Max("peak_memory_bytes"),
}


class FailureCount(NamedTuple):
    """How many jobs failed for one cause in one family, on one node, with one return code."""

    cause: str
    family_id: int | None
    node_id: int | None
    return_code: int | None
    requirements_id: int
    n_jobs: int
    first_at: datetime
    last_at: datetime
    lowest_peak: int | None
    highest_peak: int | None


class FailureSample(NamedTuple):
    """One failed job, with what its cause alone does not tell."""

    cause: str
    result_id: int
    job_id: int
    family_id: int | None
    error_line: str
    parameters: Mapping[str, Any]


def failed_now() -> QuerySet[Result]:
    """Return the last attempts of the jobs that are failed in the present run of their workflow."""
    return Result.objects.exclude(cause="").filter(
        run_id=F("workflow__run_id"),
        attempt_id=F("job__n_attempts"),
        job__status__in=[status.value for status in ENDED_BADLY],
    )


def failed_in(workflow: Workflow, run_id: int) -> QuerySet[Result]:
    """Return the last attempts of the jobs that failed in a run, the present one or an earlier."""
    if run_id == workflow.run_id:
        return failed_now().filter(workflow=workflow)
    later = Result.objects.filter(
        job=OuterRef("job"), run_id=OuterRef("run_id"), attempt_id__gt=OuterRef("attempt_id")
    )
    attempts = Result.objects.exclude(cause="").filter(workflow=workflow, run_id=run_id)
    return attempts.filter(~Exists(later))


def _count_by(attempts: QuerySet[Result], *by: str, **also: Aggregate) -> QuerySet[Result, Any]:
    """Count the attempts of each combination of fields, with the times and peaks among them."""
    return attempts.order_by().values_list(*by).annotate(**_COUNTS, **also)


def failure_counts(workflow: Workflow, run_id: int) -> list[FailureCount]:
    """Return how many jobs of a run failed, by all that groups are made of; most first."""
    by = ("cause", "job__family", "compute_node", "return_code", "job__requirements")
    rows = _count_by(failed_in(workflow, run_id), *by).order_by(F("n_jobs").desc())
    return [FailureCount(*row) for row in rows[:MAX_ROWS]]


def sample_failures(
    workflow: Workflow, run_id: int, sizes: Mapping[str, int]
) -> Mapping[str, Sequence[FailureSample]]:
    """Return some jobs of each cause, chosen evenly: every n-th in an order without a pattern.

    Args:
        workflow: the workflow.
        run_id: the run.
        sizes: cause -> how many jobs failed for it.
    """
    # The jobs of a family vary one parameter after the other, so every n-th id would repeat values.
    order = F("job_id") % 1_000_000_007 * 2_654_435_761 % 4_294_967_296 / 65_536
    steps = [When(cause=cause, then=max(n // SAMPLE, 1)) for cause, n in sizes.items()]
    rows = (
        failed_in(workflow, run_id)
        .filter(cause__in=sizes)
        .annotate(rest=order % Case(*steps, default=1))
        .filter(rest=0)
        .order_by("pk")
        .values_list("cause", "pk", "job", "job__family", "error_line", "job__parameters")
    )
    samples: dict[str, list[FailureSample]] = defaultdict(list)
    for row in rows:
        sample = FailureSample(*row)
        samples[sample.cause].append(sample)
    return samples


def count_canceled_by_cause(workflow: Workflow, run_id: int) -> dict[str, int]:
    """Return for each cause how many jobs were canceled because of the jobs that it failed."""
    if run_id != workflow.run_id:
        return {}
    sql = f"""
        SELECT r.cause, count(*) FROM jobs_job c JOIN jobs_job j ON j.id = c.canceled_by_id
        JOIN jobs_result r ON r.job_id = j.id AND r.run_id = %s AND r.attempt_id = j.n_attempts
        WHERE c.workflow_id = %s AND c.status = {JobStatus.CANCELED.value}
          AND j.status IN {status_list(ENDED_BADLY)} GROUP BY r.cause"""
    return dict(fetch(sql, [run_id, workflow.pk]))


def written_paths(job_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return for each job the paths of those of its inputs that other jobs write."""
    if not job_ids:
        return {}
    sql = f"""
        SELECT DISTINCT l.job_id, f.path FROM jobs_jobfile l
        JOIN userdata_file f ON f.id = l.file_id
        JOIN jobs_jobfile o ON o.file_id = f.id AND o.is_output
        WHERE NOT l.is_output AND l.job_id IN ({ids_source()})"""
    paths: dict[int, list[str]] = defaultdict(list)
    for job_id, path in fetch(sql, [dumps(job_ids)]):
        paths[job_id].append(path)
    return paths


@dataclass(frozen=True, slots=True)
class CauseCount:
    """The jobs of one workflow whose last attempt in the present run failed for one cause."""

    workflow_id: int
    cause: str
    n_jobs: int
    first_at: datetime
    last_at: datetime
    lowest_peak: int | None
    highest_peak: int | None
    memory: int
    """The largest requirement, in bytes."""
    runtime: int
    """The longest requirement, in seconds."""

    @property
    def remedy(self) -> Remedy | None:
        """Return what may help, None if that depends on single jobs."""
        kind = kind_of(self.cause)
        if kind is CauseKind.MISSING_FILE:
            return None
        facts = FailureFacts(
            workflow_id=self.workflow_id,
            cause=self.cause,
            kind=kind,
            n_jobs=self.n_jobs,
            peak_memory=self.highest_peak,
            memory=self.memory,
            runtime=self.runtime,
            is_written_by_jobs=False,
            only_node=None,
        )
        return choose_remedy(facts)


def cause_counts(workflows: QuerySet[Workflow] | Iterable[Workflow]) -> list[CauseCount]:
    """Count failed jobs by workflow and cause, most first, in one query."""
    attempts = failed_now().filter(workflow__in=workflows)
    limits = {
        "memory": Max("job__requirements__memory_bytes"),
        "runtime": Max("job__requirements__runtime_seconds"),
    }
    rows = _count_by(attempts, "workflow", "cause", **limits)
    return sorted((CauseCount(*row) for row in rows), key=lambda row: (-row.n_jobs, row.cause))


@dataclass(frozen=True, slots=True)
class CauseOverview:
    """One cause in all workflows where jobs failed for it."""

    label: str
    cause_counts: list[CauseCount]
    """Of each workflow, most first."""

    @property
    def n_jobs(self) -> int:
        """Return how many jobs failed for it."""
        return sum(count.n_jobs for count in self.cause_counts)

    @property
    def first_at(self) -> datetime:
        """Return when the first of them ended."""
        return min(count.first_at for count in self.cause_counts)

    @property
    def last_at(self) -> datetime:
        """Return when the last of them ended."""
        return max(count.last_at for count in self.cause_counts)


def group_by_cause(cause_counts: Iterable[CauseCount]) -> list[CauseOverview]:
    """Merge the counts of the same cause in several workflows; the latest cause first."""
    grouped: dict[str, list[CauseCount]] = {}
    for count in cause_counts:
        grouped.setdefault(count.cause, []).append(count)
    causes = [CauseOverview(label, rows) for label, rows in grouped.items()]
    return sorted(causes, key=lambda cause: cause.last_at, reverse=True)
