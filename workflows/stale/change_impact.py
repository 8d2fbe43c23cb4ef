"""Who uses user data, and what a change of its value would make stale."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from jobs.dependencies import recount
from jobs.models import Job, JobUserData
from jobs.statuses import JobStatus
from userdata.models import UserData

MAX_NAMED = 20
"""How many readers and writers of a value are named."""


@dataclass(frozen=True, slots=True)
class ChangeImpact:
    """The jobs that use a value, and those that a change of it would make stale."""

    readers: list[Job]
    """The first of them; with their names and statuses."""
    n_readers: int
    writers: list[Job]
    """The first of them; with their names and statuses."""
    n_writers: int
    n_completed_readers: int
    n_downstream: int
    """How many other ended jobs follow from the completed readers."""


def change_impact(row: UserData) -> ChangeImpact:
    """Return what a change of a value would concern, in a fixed number of queries."""
    links = JobUserData.objects.filter(user_data=row.pk)
    counts = dict(links.order_by().values_list("is_output").annotate(count=Count("pk")))
    readers = links.filter(is_output=False)
    completed = readers.filter(job__status=JobStatus.COMPLETED.value)
    ids = set(completed.values_list("job_id", flat=True))
    return ChangeImpact(
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
