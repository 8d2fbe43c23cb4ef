"""The jobs that write and read files and user data, for many of these at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Min

from jobs.models import Job, JobFile, JobUserData
from jobs.statuses import JobStatus


@dataclass(frozen=True, slots=True)
class LinkedJobs:
    """The jobs that write a file or value, or those that read it: how many, and the first."""

    n_jobs: int = 0
    first: Job | None = None

    @property
    def n_others(self) -> int:
        """Return how many there are besides the first."""
        return max(self.n_jobs - 1, 0)


@dataclass(frozen=True, slots=True)
class Users:
    """The jobs that write a file or value, and those that read it."""

    writers: LinkedJobs = field(default_factory=LinkedJobs)
    readers: LinkedJobs = field(default_factory=LinkedJobs)


def users_of(model: type[JobFile] | type[JobUserData], ids: Sequence[int]) -> dict[int, Users]:
    """Return the users of files or user data, in two queries.

    Args:
        model: the kind of link, which says whether the ids are of files or of user data.
        ids: those on one page.
    """
    target = "file" if model is JobFile else "user_data"
    rows = list(
        model._default_manager.filter(**{f"{target}__in": ids})
        .order_by()
        .values_list(target, "is_output")
        .annotate(count=Count("job"), first=Min("job"))
    )
    firsts = Job.objects.only("name", "workflow").in_bulk({first for *_, first in rows})
    linked = {
        (pk, is_output): LinkedJobs(count, firsts.get(first))
        for pk, is_output, count, first in rows
    }
    none = LinkedJobs()
    return {pk: Users(linked.get((pk, True), none), linked.get((pk, False), none)) for pk in ids}


def n_completed_readers(user_data_id: int) -> int:
    """Return how many completed jobs have read a value; a change of it makes them stale."""
    readers = JobUserData.objects.filter(user_data=user_data_id, is_output=False)
    return readers.filter(job__status=JobStatus.COMPLETED.value).count()
