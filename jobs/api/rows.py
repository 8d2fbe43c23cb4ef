"""Jobs as clients see them, a whole page at a time and in few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from jobs.database import dumps, ids_source
from jobs.explaining import explain
from jobs.models import Job, JobFile, JobUserData, JobWait, PredecessorMember, Result
from jobs.states import ACTIVE, JobStatus
from torc_site.rest.lists import Fields

WORDS = {status.value: status.word for status in JobStatus}
COLUMNS = (
    *("id", "workflow_id", "name", "command", "priority", "cancel_on_blocking_job_failure"),
    *("supports_termination", "failure_handler_id", "env", "parameters"),
)
SORTS = {
    **{name: name for name in (*COLUMNS, "status", "reason") if name not in ("env", "parameters")},
    "resource_requirements_id": "requirements_id",
    "attempt_id": "n_attempts",
}


def job_fields(jobs: Sequence[Job]) -> list[Fields]:
    """Return jobs as clients see them, but for the ids they are tied to."""
    reasons = explain(jobs)
    fields = [_fields(job, reasons) for job in jobs]
    active = {job.pk: out for job, out in zip(jobs, fields, strict=True) if job.status in ACTIVE}
    if active:
        attempts = Result.objects.open().filter(job_id__in=these(active))
        for job_id, node_id, started_at in attempts.values_list(
            "job_id", "compute_node_id", "started_at"
        ):
            active[job_id]["compute_node_id"] = node_id
            active[job_id]["start_time"] = started_at.isoformat() if started_at else None
    return fields


def _fields(job: Job, reasons: Mapping[int, str]) -> Fields:
    fields = {name: getattr(job, name) for name in COLUMNS}
    fields["resource_requirements_id"] = job.requirements_id
    fields["status"] = WORDS[job.status]
    fields["reason"] = reasons.get(job.pk, "")
    fields["attempt_id"] = job.n_attempts or 1
    fields["compute_node_id"] = fields["start_time"] = None
    return fields


def related_fields(jobs: Sequence[Job]) -> list[Fields]:
    """Return jobs as clients see them, with the ids of all they are tied to."""
    ids = [job.pk for job in jobs]
    depends_on = dependencies_of(ids)
    files = _links(JobFile.objects.filter(job_id__in=these(ids)), "file_id")
    data = _links(JobUserData.objects.filter(job_id__in=these(ids)), "user_data_id")
    fields = job_fields(jobs)
    for job in fields:
        job_id = job["id"]
        job["depends_on_job_ids"] = depends_on.get(job_id, [])
        job["input_file_ids"] = files.get((job_id, False), [])
        job["output_file_ids"] = files.get((job_id, True), [])
        job["input_user_data_ids"] = data.get((job_id, False), [])
        job["output_user_data_ids"] = data.get((job_id, True), [])
    return fields


def these(ids: Iterable[int]) -> RawSQL:
    """Return ids as one parameter of a query, however many there are."""
    return RawSQL(ids_source(), [dumps(ids)])  # noqa: S611 - the SQL is ours, the ids a parameter


def dependencies_of(job_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return, for each job that waits for others, their ids in order.

    Jobs that wait on the same sets share one list.
    """
    waits: dict[int, list[int]] = defaultdict(list)
    rows = JobWait.objects.filter(job_id__in=these(job_ids)).order_by("job_id", "set_id")
    for job_id, set_id in rows.values_list("job_id", "set_id"):
        waits[job_id].append(set_id)
    members = members_of({set_id for sets in waits.values() for set_id in sets})
    unions: dict[tuple[int, ...], list[int]] = {}
    for sets in map(tuple, waits.values()):
        if sets not in unions:
            unions[sets] = sorted({one for set_id in sets for one in members[set_id]})
    return {job_id: unions[tuple(sets)] for job_id, sets in waits.items()}


def members_of(set_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the jobs in each predecessor set."""
    members: dict[int, list[int]] = defaultdict(list)
    rows = PredecessorMember.objects.filter(set_id__in=these(set_ids))
    for set_id, job_id in rows.values_list("set_id", "job_id"):
        members[set_id].append(job_id)
    return members


def _links(rows: QuerySet[Any], target: str) -> dict[tuple[int, bool], list[int]]:
    """Return what each job reads (False) and writes (True)."""
    found: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for job_id, is_output, target_id in rows.order_by(target).values_list(
        "job_id", "is_output", target
    ):
        found[job_id, is_output].append(target_id)
    return found
