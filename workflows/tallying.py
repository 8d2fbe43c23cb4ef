"""How many jobs failed for which cause, over many workflows at once: the short form of failures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Min, QuerySet

from jobs.causes import CauseKind, kind_of
from jobs.models import Result
from jobs.states import JobStatus
from workflows.models import Workflow
from workflows.remedies import Facts, Remedy, remedy_for

FAILED = (JobStatus.FAILED, JobStatus.TERMINATED, JobStatus.PENDING_FAILED)


@dataclass(frozen=True, slots=True)
class Tally:
    """The jobs of one workflow whose last attempt in the present run failed for one cause."""

    workflow_id: int
    cause: str
    n_jobs: int
    first_at: datetime
    last_at: datetime
    peak_memory: int | None
    memory: int
    runtime: int

    @property
    def remedy(self) -> Remedy | None:
        """Return what may help, as far as that can be told without a closer look."""
        kind = kind_of(self.cause)
        if kind is CauseKind.MISSING_FILE:
            return None
        facts = Facts(
            workflow_id=self.workflow_id,
            cause=self.cause,
            kind=kind,
            n_jobs=self.n_jobs,
            peak_memory=self.peak_memory,
            memory=self.memory,
            runtime=self.runtime,
            is_written_by_jobs=False,
            only_node=None,
        )
        return remedy_for(facts)


def tallies(workflows: QuerySet[Workflow] | Iterable[Workflow]) -> list[Tally]:
    """Count failed jobs by workflow and cause, most first, in one query."""
    rows = (
        Result.objects.exclude(cause="")
        .filter(
            workflow__in=workflows,
            run_id=F("workflow__run_id"),
            attempt_id=F("job__n_attempts"),
            job__status__in=[status.value for status in FAILED],
        )
        .order_by()
        .values_list("workflow", "cause")
        .annotate(
            n=Count("pk"),
            first=Min("ended_at"),
            last=Max("ended_at"),
            peak=Max("peak_memory_bytes"),
            memory=Max("job__requirements__memory_bytes"),
            runtime=Max("job__requirements__runtime_seconds"),
        )
    )
    found = [Tally(*row) for row in rows]
    return sorted(found, key=lambda one: (-one.n_jobs, one.cause))


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause over all workflows that it hit."""

    label: str
    tallies: list[Tally]
    """Of each workflow, most first."""

    @property
    def n_jobs(self) -> int:
        """Return how many jobs failed for it."""
        return sum(one.n_jobs for one in self.tallies)

    @property
    def first_at(self) -> datetime:
        """Return when the first of them ended."""
        return min(one.first_at for one in self.tallies)

    @property
    def last_at(self) -> datetime:
        """Return when the last of them ended."""
        return max(one.last_at for one in self.tallies)


def by_cause(found: Iterable[Tally]) -> list[Cause]:
    """Bring together what is the same in several workflows; the latest first."""
    grouped: dict[str, list[Tally]] = {}
    for one in found:
        grouped.setdefault(one.cause, []).append(one)
    causes = [Cause(label, rows) for label, rows in grouped.items()]
    return sorted(causes, key=lambda cause: cause.last_at, reverse=True)
