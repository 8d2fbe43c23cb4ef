"""Which ended jobs should run again because what they used has changed, and why."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from database.sql import dumps, fetch, ids_source
from jobs.dependencies import recount
from jobs.models import Job, JobUserData
from jobs.statuses import JobStatus
from userdata.models import UserData
from workflows.lifecycle.files_on_disk import Sightings
from workflows.models import Workflow
from workflows.stale.reasons import StaleReason, find_reasons, see_files

MAX_REASONS = 5
"""How many causes of one job are told."""
MAX_NAMED = 20
"""How many readers and writers of a value are named."""
PATIENCE = 20
"""While a workflow runs, a count is good for so many times as long as it took."""
MAX_REMEMBERED = 1_000

_SOMEWHERE = StaleReason("upstream", "follows a job that runs again")
"""By way of one that has not ended, which is not among the stale ones itself."""


@dataclass(frozen=True, slots=True)
class StaleJob:
    """An ended job that should run again."""

    job_id: int
    name: str
    status: JobStatus
    causes: tuple[StaleReason, ...]
    n_more_causes: int
    is_follower: bool
    """Nothing of its own has changed: it follows from jobs that run again."""

    @property
    def why(self) -> str:
        """All that is told about it, in one sentence."""
        more = f"; and {self.n_more_causes:,} more" if self.n_more_causes else ""
        return "; ".join(cause.sentence for cause in self.causes) + more


def stale_jobs(workflow: Workflow, sightings: Sightings | None = None) -> list[StaleJob]:
    """The stale jobs of a workflow by id, in a fixed number of queries.

    Failed jobs are among them only if what they used has changed.

    Args:
        workflow: whose jobs.
        sightings: how its files stand; None looks at them now, which may take seconds.
    """
    seen = see_files(workflow) if sightings is None else sightings
    evidence = find_reasons(workflow, seen)
    rows = recount.ended_from(evidence) if evidence else []
    follows = _followed({job_id: name for job_id, name, _ in rows}, evidence)
    return [
        _stale(job_id, name, status, evidence.get(job_id) or [follows.get(job_id, _SOMEWHERE)])
        for job_id, name, status in rows
    ]


def n_stale(workflow: Workflow) -> int:
    """How many jobs are stale as far as the database knows: nobody looks at files.

    Counted once for each revision, and less often while the workflow runs.
    """
    key = workflow.pk, workflow.created_at
    known = _counts.get(key)
    if known is not None and known.still_holds(workflow):
        return known.count
    began = time.monotonic()
    evidence = find_reasons(workflow, {})
    count = len(recount.ended_from(evidence)) if evidence else 0
    while len(_counts) >= MAX_REMEMBERED:
        _counts.pop(next(iter(_counts)), None)
    _counts[key] = _Counted(workflow.revision, count, began, time.monotonic() - began)
    return count


@dataclass(frozen=True, slots=True)
class _Counted:
    revision: int
    count: int
    at: float
    seconds: float

    def still_holds(self, workflow: Workflow) -> bool:
        is_fresh = time.monotonic() - self.at < PATIENCE * self.seconds
        return self.revision == workflow.revision or (workflow.is_active and is_fresh)


_counts: dict[tuple[int, datetime], _Counted] = {}


def _followed(names: dict[int, str], evidence: dict[int, list[StaleReason]]) -> dict[int, StaleReason]:
    """Why those of the stale jobs that have no evidence of their own run again."""
    late = [job_id for job_id in names if job_id not in evidence]
    if not late:
        return {}
    sql = f"""
        SELECT w.job_id, s.first_id, s.n FROM (
            SELECT set_id, min(job_id) AS first_id, count(*) AS n FROM jobs_predecessormember
            WHERE job_id IN ({ids_source()}) GROUP BY set_id
        ) s JOIN jobs_jobwait w ON w.set_id = s.set_id WHERE w.job_id IN ({ids_source()})"""
    before: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for job_id, first_id, count in fetch(sql, [dumps(names), dumps(late)]):
        before[job_id].append((first_id, count))
    return {
        job_id: _follows(names[min(found)[0]], sum(count for _, count in found))
        for job_id, found in before.items()
    }


def _follows(name: str, count: int) -> StaleReason:
    if count == 1:
        return StaleReason("upstream", f"follows {name}, which runs again")
    others = "1 other" if count == 2 else f"{count - 1:,} others"
    return StaleReason("upstream", f"follows {name} and {others}, which run again")


def _stale(job_id: int, name: str, status: int, causes: Sequence[StaleReason]) -> StaleJob:
    told = tuple(causes[:MAX_REASONS])
    n_more = len(causes) - len(told)
    return StaleJob(job_id, name, JobStatus(status), told, n_more, causes[0].kind == "upstream")


@dataclass(frozen=True, slots=True)
class Consumers:
    """Who uses a value, and what a change of it would make stale."""

    readers: list[Job]
    """The first of them; with their names and statuses."""
    n_readers: int
    writers: list[Job]
    n_writers: int
    n_completed_readers: int
    n_downstream: int
    """How many other ended jobs follow from the completed readers."""


def consumers_of(row: UserData) -> Consumers:
    """Who reads and writes a value, in a fixed number of queries."""
    links = JobUserData.objects.filter(user_data=row.pk)
    counts = dict(links.order_by().values_list("is_output").annotate(count=Count("pk")))
    readers = links.filter(is_output=False)
    completed = readers.filter(job__status=JobStatus.COMPLETED.value)
    ids = set(completed.values_list("job_id", flat=True))
    return Consumers(
        readers=_first_jobs(readers),
        n_readers=counts.get(False, 0),
        writers=_first_jobs(links.filter(is_output=True)),
        n_writers=counts.get(True, 0),
        n_completed_readers=len(ids),
        n_downstream=recount.n_ended_behind(ids) if ids else 0,
    )


def _first_jobs(links: QuerySet[JobUserData]) -> list[Job]:
    ids = links.order_by("job_id").values("job_id")[:MAX_NAMED]
    return list(Job.objects.filter(pk__in=ids).only("name", "status", "workflow").order_by("pk"))
