"""Which ended jobs should run again because what they used has changed, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from database.sql import dumps, fetch, ids_source
from jobs.dependencies import recount
from jobs.statuses import JobStatus
from specification.texts.counts import counted
from workflows.cache import AnswerCache
from workflows.lifecycle.files_on_disk import Sightings
from workflows.models import Workflow
from workflows.stale.changed_files import see_files
from workflows.stale.reasons import find_reasons
from workflows.stale.stale_reason import StaleReason

MAX_REASONS = 5
"""How many reasons of one job are listed."""
MAX_REMEMBERED = 1_000
"""Of how many workflows the number of stale jobs is remembered."""

_FOLLOWS = StaleReason("upstream", "follows a job that runs again")
"""By way of a job that has not ended, which is not among the stale ones itself."""


@dataclass(frozen=True, slots=True)
class StaleJob:
    """An ended job that should run again."""

    job_id: int
    name: str
    status: JobStatus
    reasons: tuple[StaleReason, ...]
    """The first of them."""
    n_more_reasons: int
    is_follower: bool
    """Nothing that it used has changed itself: it follows from jobs that run again."""

    @property
    def why(self) -> str:
        """Return the reasons in one sentence."""
        more = f"; and {self.n_more_reasons:,} more" if self.n_more_reasons else ""
        return "; ".join(reason.sentence for reason in self.reasons) + more


def stale_jobs(workflow: Workflow, sightings: Sightings | None = None) -> list[StaleJob]:
    """Return the stale jobs of a workflow by id, in a fixed number of queries.

    Failed jobs are among them only if what they used has changed.

    Args:
        workflow: whose jobs.
        sightings: what is known of its files; None looks at them now, which may take seconds.
    """
    seen = see_files(workflow) if sightings is None else sightings
    own = find_reasons(workflow, seen)
    rows = recount.ended_from(own) if own else []
    inherited = _inherited_reasons({job_id: name for job_id, name, _ in rows}, own)
    return [
        _stale_job(job_id, name, status, own.get(job_id) or [inherited.get(job_id, _FOLLOWS)])
        for job_id, name, status in rows
    ]


def fingerprint(stale: Iterable[StaleJob]) -> str:
    """Return a text that is equal for the same set of stale jobs."""
    return sha256(",".join(str(job.job_id) for job in stale).encode()).hexdigest()[:16]


def n_stale(workflow: Workflow) -> int:
    """Return how many jobs are stale as far as the database knows, without a look at files.

    Counted once for each revision, and less often while the workflow runs.
    """
    return _COUNTS.get(
        (workflow.pk, workflow.created_at),
        workflow.revision,
        lambda: _count(workflow),
        size=lambda _: 1,
        must_be_current=not workflow.is_active,
    )


_COUNTS = AnswerCache(MAX_REMEMBERED, cheap_seconds=0)


def _count(workflow: Workflow) -> int:
    reasons = find_reasons(workflow, {})
    return len(recount.ended_from(reasons)) if reasons else 0


class _StalePredecessors(NamedTuple):
    """The stale jobs in one predecessor set of a job."""

    job_id: int
    first_id: int
    n_jobs: int


def _inherited_reasons(names: Mapping[int, str], own: Collection[int]) -> dict[int, StaleReason]:
    """Return by job id why those of the stale jobs run again that have no reason of their own.

    Args:
        names: the stale jobs, id -> name.
        own: the ids of those that have a reason of their own.
    """
    followers = [job_id for job_id in names if job_id not in own]
    if not followers:
        return {}
    sql = f"""
        SELECT w.job_id, s.first_id, s.n FROM (
            SELECT set_id, min(job_id) AS first_id, count(*) AS n FROM jobs_predecessormember
            WHERE job_id IN ({ids_source()}) GROUP BY set_id
        ) s JOIN jobs_jobwait w ON w.set_id = s.set_id WHERE w.job_id IN ({ids_source()})"""
    sets: defaultdict[int, list[_StalePredecessors]] = defaultdict(list)
    for row in map(_StalePredecessors._make, fetch(sql, [dumps(names), dumps(followers)])):
        sets[row.job_id].append(row)
    return {
        job_id: _follows(names[min(row.first_id for row in rows)], sum(row.n_jobs for row in rows))
        for job_id, rows in sets.items()
    }


def _follows(name: str, count: int) -> StaleReason:
    if count == 1:
        return StaleReason("upstream", f"follows {name}, which runs again")
    others = counted(count - 1, "other")
    return StaleReason("upstream", f"follows {name} and {others}, which run again")


def _stale_job(job_id: int, name: str, status: int, reasons: Sequence[StaleReason]) -> StaleJob:
    listed = tuple(reasons[:MAX_REASONS])
    n_more = len(reasons) - len(listed)
    return StaleJob(job_id, name, JobStatus(status), listed, n_more, reasons[0].kind == "upstream")
