"""What an ended job used that is not any more what it was: the causes of staleness."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.db.models import Exists, OuterRef

from database.sql import dumps, fetch, ids_source, moment, rows_source
from jobs.models import JobFile
from jobs.scheduling.commands import resolved_commands
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

Kind = Literal["user_data", "file", "command", "output", "upstream"]
_ENDED = ", ".join(str(status.value) for status in sorted(COMPLETE))

_LAST = """
    WITH last AS (
        SELECT job_id, max(opened_revision) AS revision, max(started_at) AS started_at
        FROM jobs_result WHERE workflow_id = %s AND ended_at IS NOT NULL GROUP BY job_id
    )"""
"""What each job had seen: the revision and the time at which its last ended attempt began."""

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
        JOIN jobs_job q ON q.id = last.job_id AND q.status IN ({_ENDED})
        JOIN jobs_jobwait w ON w.job_id = q.id GROUP BY w.set_id
    ) r ON r.set_id = m.set_id
    WHERE x.changed_revision > r.revision
    UNION
    SELECT x.id FROM userdata_userdata x WHERE x.workflow_id = %s AND x.changed_revision > 0
      AND x.id NOT IN (SELECT user_data_id FROM written)"""
"""Values that may have changed since a reader began: those of jobs that some reader waits for,
and those that no job writes. Sets tell it, so that the links of an all-to-all stage are not
looked at one by one."""


@dataclass(frozen=True, slots=True)
class StaleReason:
    """One reason why a job should run again."""

    kind: Kind
    sentence: str
    target_id: int | None = None
    """The file or user data that it speaks of."""


Evidence = tuple[int, StaleReason]
"""Job id and cause."""


def see_files(workflow: Workflow) -> Sightings:
    """Look at the files that ended jobs read or wrote; never while a row is locked."""
    used = JobFile.objects.filter(file=OuterRef("pk"), job__status__in=COMPLETE)
    files = File.objects.filter(Exists(used), workflow=workflow).values_list("pk", "path")
    return look_in(folder_of_jobs(workflow), files.iterator())


def find_reasons(workflow: Workflow, sightings: Sightings) -> dict[int, list[StaleReason]]:
    """The causes for each job that has one of its own, in a fixed number of queries.

    Args:
        workflow: whose jobs.
        sightings: how files stand on the disk, empty if nobody has looked.
    """
    found: defaultdict[int, list[StaleReason]] = defaultdict(list)
    for job_id, cause in _all_evidence(workflow, sightings):
        found[job_id].append(cause)
    return dict(found)


def _all_evidence(workflow: Workflow, sightings: Sightings) -> Iterator[Evidence]:
    yield from _changed_commands(workflow.pk)
    yield from _changed_values(workflow)
    yield from _changed_files(workflow.pk)
    if sightings:
        yield from _files_on_disk(workflow.pk, sightings)
    yield from _empty_outputs(workflow.pk)


def _changed_commands(workflow_id: int) -> Iterator[Evidence]:
    sql = f"""
        SELECT j.id, j.command, r.command FROM jobs_job j
        JOIN jobs_result r ON r.id = (SELECT max(x.id) FROM jobs_result x
                                      WHERE x.job_id = j.id AND x.ended_at IS NOT NULL)
        WHERE j.workflow_id = %s AND j.command_revision > 0 AND j.status IN ({_ENDED})
          AND j.command_revision > r.opened_revision"""
    rows = fetch(sql, [workflow_id])
    now = resolved_commands((job_id, workflow_id, command) for job_id, command, _ in rows)
    for job_id, _, ran in rows:
        if now[job_id] != ran:
            yield job_id, StaleReason("command", "its command has changed")


def _changed_values(workflow: Workflow) -> Iterator[Evidence]:
    sql = f"""{_LAST}{_WRITTEN}
        SELECT l.job_id, last.revision, u.id, u.version, u.data = 'null', u.name, u.changed_at,
               u.changed_by
        FROM userdata_userdata u
        JOIN jobs_jobuserdata l ON l.user_data_id = u.id AND NOT l.is_output
        JOIN jobs_job j ON j.id = l.job_id AND j.status IN ({_ENDED})
        JOIN last ON last.job_id = l.job_id
        WHERE u.workflow_id = %s AND u.changed_revision > 0 AND u.changed_revision > last.revision
          AND (%s OR u.id IN ({_NEWER_THAN_A_READER}))
        ORDER BY u.id"""
    own = workflow.pk
    rows = fetch(sql, [own, own, own, workflow.is_graph_stale, own])
    values = {row[2]: row[3:] for row in rows}
    pasts = _pasts({pk: (version, bool(is_null)) for pk, (version, is_null, *_) in values.items()})
    causes = {pk: _value_changed(pk, *told) for pk, (_, _, *told) in values.items()}
    for job_id, revision, user_data_id, *_ in rows:
        if not pasts[user_data_id].is_present_text_at(revision):
            yield job_id, causes[user_data_id]


def _value_changed(user_data_id: int, name: str, at: Any, by: str) -> StaleReason:
    who = f"{by} changed" if by else "changed"
    return StaleReason("user_data", f"reads {name}, which {who} at {_time(moment(at))}", user_data_id)


@dataclass(slots=True)
class _Past:
    """At which revisions a value had the text that it has now."""

    revisions: list[int]
    was_same: list[bool]
    began_same: bool
    """Before the first of these revisions it was empty, as it is now."""

    def is_present_text_at(self, revision: int) -> bool:
        at = bisect_right(self.revisions, revision) - 1
        return self.was_same[at] if at >= 0 else self.began_same


def _pasts(values: dict[int, tuple[int, bool]]) -> dict[int, _Past]:
    """The pasts of values, of each of which the version and whether it is null is known."""
    sql = f"""
        SELECT v.user_data_id, v.version, v.changed_revision, v.data = u.data
        FROM userdata_userdataversion v JOIN userdata_userdata u ON u.id = v.user_data_id
        WHERE v.user_data_id IN ({ids_source()}) ORDER BY v.user_data_id, v.version"""
    kept: defaultdict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    for user_data_id, *one in fetch(sql, [dumps(values)]) if values else ():
        kept[user_data_id].append((one[0], one[1], bool(one[2])))
    return {pk: _past(kept[pk], *known) for pk, known in values.items()}


def _past(kept: list[tuple[int, int, bool]], version: int, is_null: bool) -> _Past:
    first_kept = kept[0][0] if kept else version
    return _Past(
        revisions=[revision for _, revision, _ in kept],
        was_same=[is_same for *_, is_same in kept],
        began_same=is_null and first_kept == 2,  # an empty first version is never kept
    )


def _changed_files(workflow_id: int) -> Iterator[Evidence]:
    sql = f"""{_LAST}
        SELECT l.job_id, f.id, f.name, f.st_mtime FROM userdata_file f
        JOIN jobs_jobfile l ON l.file_id = f.id AND NOT l.is_output
        JOIN jobs_job j ON j.id = l.job_id AND j.status IN ({_ENDED})
        JOIN last ON last.job_id = l.job_id
        WHERE f.workflow_id = %s AND f.changed_revision > 0 AND f.changed_revision > last.revision
        ORDER BY f.id"""
    rows = fetch(sql, [workflow_id, workflow_id])
    causes = {file_id: _file_changed(file_id, name, mtime) for _, file_id, name, mtime in rows}
    for job_id, file_id, *_ in rows:
        yield job_id, causes[file_id]


def _file_changed(file_id: int, name: str, mtime: float | None) -> StaleReason:
    when = _time(None if mtime is None else datetime.fromtimestamp(mtime, UTC))
    return StaleReason("file", f"reads {name}, which changed at {when}", file_id)


def _files_on_disk(workflow_id: int, sightings: Sightings) -> Iterator[Evidence]:
    seen = [
        {"id": pk, "at": one.mtime}
        for pk, one in sightings.items()
        if not one.is_missing or one.has_folder
    ]
    sql = f"""{_LAST}
        SELECT l.job_id, f.id, f.name, l.is_output, j.status, last.started_at
        FROM {rows_source({"id": "bigint", "at": "float"})}
        JOIN userdata_file f ON f.id = v.id AND (v.at IS NULL OR f.st_mtime IS NULL
                                                 OR abs(f.st_mtime - v.at) > {MTIME_GRAIN})
        JOIN jobs_jobfile l ON l.file_id = f.id
        JOIN jobs_job j ON j.id = l.job_id AND j.status IN ({_ENDED})
        JOIN last ON last.job_id = l.job_id
        ORDER BY f.id, l.job_id"""
    for job_id, file_id, name, is_output, status, started_at in (
        fetch(sql, [workflow_id, dumps(seen)]) if seen else ()
    ):
        sighting = sightings[file_id]
        if is_output:
            if sighting.is_missing and status == JobStatus.COMPLETED:
                yield job_id, StaleReason("output", f"its output {name} is missing", file_id)
        elif sighting.is_missing:
            yield job_id, StaleReason("file", f"reads {name}, which is missing", file_id)
        elif _is_later(sighting, moment(started_at)):
            when = _time(sighting.changed_at)
            yield job_id, StaleReason("file", f"reads {name}, which changed at {when}", file_id)


def _is_later(sighting: Sighting, started_at: datetime | None) -> bool:
    changed_at = sighting.changed_at
    return changed_at is not None and started_at is not None and changed_at > started_at


def _empty_outputs(workflow_id: int) -> Iterator[Evidence]:
    sql = f"""
        SELECT l.job_id, u.id, u.name FROM userdata_userdata u
        JOIN jobs_jobuserdata l ON l.user_data_id = u.id AND l.is_output
        JOIN jobs_job j ON j.id = l.job_id AND j.status = {JobStatus.COMPLETED.value}
        WHERE u.workflow_id = %s AND u.data = 'null' ORDER BY u.id"""
    for job_id, user_data_id, name in fetch(sql, [workflow_id]):
        yield job_id, StaleReason("output", f"its output {name} is null", user_data_id)


def _time(at: datetime | None) -> str:
    return "an unknown time" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
