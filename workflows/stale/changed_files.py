"""Files that ended jobs read or wrote and that have changed since, or are missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from database.sql import dumps, fetch, moment, rows_source
from jobs.models import JobFile
from jobs.statuses import COMPLETE, JobStatus
from userdata.models import File
from workflows.lifecycle.files_on_disk import (
    MTIME_GRAIN,
    Sighting,
    Sightings,
    folder_of_jobs,
    look_in,
)
from workflows.models import Workflow
from workflows.stale.stale_reason import (
    ENDED,
    LAST_ATTEMPTS,
    StaleReason,
    StaleReasonOfJob,
    time_in_words,
)


def see_files(workflow: Workflow) -> Sightings:
    """Look at the files that ended jobs read or wrote; never while a row is locked."""
    used = JobFile.objects.filter(file=OuterRef("pk"), job__status__in=COMPLETE)
    files = File.objects.filter(Exists(used), workflow=workflow).values_list("pk", "path")
    return look_in(folder_of_jobs(workflow), files.iterator())


class _ReadFile(NamedTuple):
    """A file that has changed since a job read it."""

    job_id: int
    file_id: int
    name: str
    st_mtime: float | None


def changed_files(workflow_id: int) -> Iterator[StaleReasonOfJob]:
    """Yield a reason for each ended job that read a file of which a newer time is stored."""
    sql = f"""{LAST_ATTEMPTS}
        SELECT l.job_id, f.id, f.name, f.st_mtime FROM userdata_file f
        JOIN jobs_jobfile l ON l.file_id = f.id AND NOT l.is_output
        JOIN jobs_job j ON j.id = l.job_id AND j.status IN {ENDED}
        JOIN last ON last.job_id = l.job_id
        WHERE f.workflow_id = %s AND f.changed_revision > 0 AND f.changed_revision > last.revision
        ORDER BY f.id"""
    rows = [_ReadFile(*row) for row in fetch(sql, [workflow_id, workflow_id])]
    reasons = {row.file_id: _changed(row.file_id, row.name, _time(row.st_mtime)) for row in rows}
    for row in rows:
        yield StaleReasonOfJob(row.job_id, reasons[row.file_id])


def _time(mtime: float | None) -> datetime | None:
    return None if mtime is None else datetime.fromtimestamp(mtime, UTC)


def _changed(file_id: int, name: str, at: datetime | None) -> StaleReason:
    return StaleReason("file", f"reads {name}, which changed at {time_in_words(at)}", file_id)


class _UsedFile(NamedTuple):
    """A file that a job has read or written and that looks different on the disk now."""

    job_id: int
    file_id: int
    name: str
    is_output: bool
    status: int
    started_at: datetime | str | None
    """When the last ended attempt of the job began."""


def changed_files_on_disk(workflow_id: int, sightings: Sightings) -> Iterator[StaleReasonOfJob]:
    """Yield a reason for each ended job whose files on the disk are not what they were.

    Args:
        workflow_id: whose jobs.
        sightings: what was seen; a file whose folder is missing may be on another machine.
    """
    seen = [
        {"id": file_id, "at": sighting.mtime}
        for file_id, sighting in sightings.items()
        if not sighting.is_missing or sighting.has_folder
    ]
    sql = f"""{LAST_ATTEMPTS}
        SELECT l.job_id, f.id, f.name, l.is_output, j.status, last.started_at
        FROM {rows_source({"id": "bigint", "at": "float"})}
        JOIN userdata_file f ON f.id = v.id AND (v.at IS NULL OR f.st_mtime IS NULL
                                                 OR abs(f.st_mtime - v.at) > {MTIME_GRAIN})
        JOIN jobs_jobfile l ON l.file_id = f.id
        JOIN jobs_job j ON j.id = l.job_id AND j.status IN {ENDED}
        JOIN last ON last.job_id = l.job_id
        ORDER BY f.id, l.job_id"""
    rows = fetch(sql, [workflow_id, dumps(seen)]) if seen else []
    for row in map(_UsedFile._make, rows):
        if reason := _reason(row, sightings[row.file_id]):
            yield StaleReasonOfJob(row.job_id, reason)


def _reason(row: _UsedFile, sighting: Sighting) -> StaleReason | None:
    if row.is_output:
        is_lost = sighting.is_missing and row.status == JobStatus.COMPLETED
        sentence = f"its output {row.name} is missing"
        return StaleReason("output", sentence, row.file_id) if is_lost else None
    if sighting.is_missing:
        return StaleReason("file", f"reads {row.name}, which is missing", row.file_id)
    if _is_later(sighting, moment(row.started_at)):
        return _changed(row.file_id, row.name, sighting.changed_at)
    return None


def _is_later(sighting: Sighting, started_at: datetime | None) -> bool:
    changed_at = sighting.changed_at
    return changed_at is not None and started_at is not None and changed_at > started_at
