"""A stale reason, and what every search for them reads: the last attempts that have ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from jobs.sql import status_list
from jobs.statuses import COMPLETE

Kind = Literal["user_data", "file", "command", "output", "upstream"]

ENDED = status_list(COMPLETE)
"""The statuses that jobs must have to be stale, for SQL."""

LAST_ATTEMPTS = """
    WITH last AS (
        SELECT job_id, max(opened_revision) AS revision, max(started_at) AS started_at
        FROM jobs_result WHERE workflow_id = %s AND ended_at IS NOT NULL GROUP BY job_id
    )"""
"""The revision of the workflow and the time at which the last ended attempt of each job began."""


@dataclass(frozen=True, slots=True)
class StaleReason:
    """One reason why a job should run again."""

    kind: Kind
    sentence: str
    target_id: int | None = None
    """The file or user data that it is about."""


class StaleReasonOfJob(NamedTuple):
    """A stale reason, and the job that it concerns."""

    job_id: int
    reason: StaleReason


def time_in_words(at: datetime | None) -> str:
    """Return a time as the sentences of stale reasons have it."""
    return "an unknown time" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
