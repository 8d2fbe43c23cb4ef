"""User data that has another value now than when ended jobs read it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from database.sql import dumps, fetch, ids_source, moment
from workflows.models import Workflow
from workflows.stale.stale_reason import (
    ENDED,
    LAST_ATTEMPTS,
    StaleReason,
    StaleReasonOfJob,
    time_in_words,
)

_WRITTEN = """, written AS (
        SELECT l.user_data_id, l.job_id FROM jobs_job j
        CROSS JOIN jobs_jobuserdata l  -- SQLite: outputs of each job, not users of each value
        WHERE j.workflow_id = %s AND l.job_id = j.id AND l.is_output
    )"""

_NEWER_THAN_A_READER = f"""
    SELECT x.id FROM written
    JOIN userdata_userdata x ON x.id = written.user_data_id
    JOIN jobs_predecessormember m ON m.job_id = written.job_id
    JOIN (
        SELECT w.set_id, min(last.revision) AS revision FROM last
        JOIN jobs_job q ON q.id = last.job_id AND q.status IN {ENDED}
        JOIN jobs_jobwait w ON w.job_id = q.id GROUP BY w.set_id
    ) r ON r.set_id = m.set_id
    WHERE x.changed_revision > r.revision
    UNION
    SELECT x.id FROM userdata_userdata x WHERE x.workflow_id = %s AND x.changed_revision > 0
      AND x.id NOT IN (SELECT user_data_id FROM written)"""
"""Values that may have changed since a reader began: those of jobs that some reader waits for,
and those that no job writes. This goes by predecessor sets, so that the links of an all-to-all
stage are not looked at one by one."""


class _Read(NamedTuple):
    """User data that has changed since a job read it, and how it is now."""

    job_id: int
    revision: int
    """Of the workflow, when the job began."""
    user_data_id: int
    version: int
    is_null: bool
    name: str
    changed_at: datetime | str
    changed_by: str


def changed_values(workflow: Workflow) -> Iterator[StaleReasonOfJob]:
    """Yield a reason for each ended job that read another value than user data has now.

    A value that was changed and changed back is no reason.
    """
    sql = f"""{LAST_ATTEMPTS}{_WRITTEN}
        SELECT l.job_id, last.revision, u.id, u.version, u.data = 'null', u.name, u.changed_at,
               u.changed_by
        FROM userdata_userdata u
        JOIN jobs_jobuserdata l ON l.user_data_id = u.id AND NOT l.is_output
        JOIN jobs_job j ON j.id = l.job_id AND j.status IN {ENDED}
        JOIN last ON last.job_id = l.job_id
        WHERE u.workflow_id = %s AND u.changed_revision > 0 AND u.changed_revision > last.revision
          AND (%s OR u.id IN ({_NEWER_THAN_A_READER}))
        ORDER BY u.id"""
    own = workflow.pk
    rows = [_Read(*row) for row in fetch(sql, [own, own, own, workflow.is_graph_stale, own])]
    values = {row.user_data_id: row for row in rows}
    pasts = _pasts(values)
    reasons = {user_data_id: _changed(row) for user_data_id, row in values.items()}
    for row in rows:
        if not pasts[row.user_data_id].had_present_value_at(row.revision):
            yield StaleReasonOfJob(row.job_id, reasons[row.user_data_id])


def _changed(row: _Read) -> StaleReason:
    change = f"{row.changed_by} changed" if row.changed_by else "changed"
    sentence = f"reads {row.name}, which {change} at {time_in_words(moment(row.changed_at))}"
    return StaleReason("user_data", sentence, row.user_data_id)


@dataclass(slots=True)
class _Past:
    """The revisions at which user data got a value, and whether it was the present one."""

    revisions: list[int]
    was_same: list[bool]
    began_same: bool
    """Before the first of these revisions it was null, as it is now."""

    def had_present_value_at(self, revision: int) -> bool:
        at = bisect_right(self.revisions, revision) - 1
        return self.was_same[at] if at >= 0 else self.began_same


class _Version(NamedTuple):
    """A stored version of user data."""

    user_data_id: int
    version: int
    changed_revision: int
    is_same: bool
    """It has the value that the user data has now."""


def _pasts(values: dict[int, _Read]) -> dict[int, _Past]:
    """Return by user data id the pasts of values."""
    sql = f"""
        SELECT v.user_data_id, v.version, v.changed_revision, v.data = u.data
        FROM userdata_userdataversion v JOIN userdata_userdata u ON u.id = v.user_data_id
        WHERE v.user_data_id IN ({ids_source()}) ORDER BY v.user_data_id, v.version"""
    versions: defaultdict[int, list[_Version]] = defaultdict(list)
    for version in map(_Version._make, fetch(sql, [dumps(values)]) if values else ()):
        versions[version.user_data_id].append(version)
    return {pk: _past(versions[pk], value) for pk, value in values.items()}


def _past(versions: Sequence[_Version], value: _Read) -> _Past:
    first_stored = versions[0].version if versions else value.version
    return _Past(
        revisions=[version.changed_revision for version in versions],
        was_same=[bool(version.is_same) for version in versions],
        began_same=bool(value.is_null) and first_stored == 2,  # an empty first one is not stored
    )
