"""Who writes and who reads files and user data, for many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Min

from jobs.models import Job, JobFile, JobUserData
from jobs.statuses import JobStatus


@dataclass(frozen=True, slots=True)
class Party:
    """The jobs on one side of a value: how many, and the first of them."""

    n_jobs: int = 0
    first: Job | None = None

    @property
    def n_others(self) -> int:
        """Return how many there are beside the first."""
        return max(self.n_jobs - 1, 0)


@dataclass(frozen=True, slots=True)
class Users:
    """Who writes a value, and who reads it."""

    writers: Party = field(default_factory=Party)
    readers: Party = field(default_factory=Party)


def users_of(model: type[JobFile] | type[JobUserData], ids: Sequence[int]) -> dict[int, Users]:
    """Return the users of files or user data, in two queries.

    Args:
        model: the kind of link, which says whether the ids are of files or of user data.
        ids: those on one page.
    """
    target = "file" if model is JobFile else "user_data"
    found = list(
        model._default_manager.filter(**{f"{target}__in": ids})
        .order_by()
        .values_list(target, "is_output")
        .annotate(count=Count("job"), first=Min("job"))
    )
    firsts = Job.objects.only("name", "workflow").in_bulk({first for *_, first in found})
    parties = {
        (pk, is_output): Party(count, firsts.get(first)) for pk, is_output, count, first in found
    }
    nobody = Party()
    return {
        pk: Users(parties.get((pk, True), nobody), parties.get((pk, False), nobody)) for pk in ids
    }


def n_completed_readers(user_data_id: int) -> int:
    """Return how many jobs that have completed had read a value: a change makes them stale."""
    readers = JobUserData.objects.filter(user_data=user_data_id, is_output=False)
    return readers.filter(job__status=JobStatus.COMPLETED.value).count()
