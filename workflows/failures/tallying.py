"""How many jobs failed for which cause, over many workflows at once: the short form of failures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet

from jobs.recording.causes import CauseKind, kind_of
from workflows.failures.queries import counted, failed_now
from workflows.failures.remedies import Facts, Remedy, remedy_for
from workflows.models import Workflow


@dataclass(frozen=True, slots=True)
class Tally:
    """The jobs of one workflow whose last attempt in the present run failed for one cause."""

    workflow_id: int
    cause: str
    n_jobs: int
    first_at: datetime
    last_at: datetime
    lowest_peak: int | None
    highest_peak: int | None
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
            peak_memory=self.highest_peak,
            memory=self.memory,
            runtime=self.runtime,
            is_written_by_jobs=False,
            only_node=None,
        )
        return remedy_for(facts)


def tallies(workflows: QuerySet[Workflow] | Iterable[Workflow]) -> list[Tally]:
    """Count failed jobs by workflow and cause, most first, in one query."""
    attempts = failed_now().filter(workflow__in=workflows)
    asked = {
        "memory": Max("job__requirements__memory_bytes"),
        "runtime": Max("job__requirements__runtime_seconds"),
    }
    rows = counted(attempts, "workflow", "cause", **asked)
    return sorted((Tally(*row) for row in rows), key=lambda one: (-one.n_jobs, one.cause))


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
