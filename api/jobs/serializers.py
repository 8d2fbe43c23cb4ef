"""Jobs as clients see them; a page of them costs a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from api.schemas import Fields
from database.sql import dumps, fetch, ids_source
from jobs.explain.why_not_running import explain
from jobs.models import Job, PredecessorMember, Result
from jobs.statuses import ACTIVE, JobStatus

STATUS_WORDS = {status.value: status.word for status in JobStatus}
SELF_EXPLAINED = frozenset(
    status.value for status in (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.TERMINATED)
)
"""Statuses whose stored reason is the whole explanation."""

COLUMNS = (
    *("id", "workflow_id", "name", "command", "status", "priority"),
    *("cancel_on_blocking_job_failure", "supports_termination", "failure_handler_id"),
    *("env", "parameters", "reason", "canceled_by_id", "requirements_id", "n_attempts"),
)
SORTS = {
    **{name: name for name in COLUMNS if name not in ("env", "parameters", "canceled_by_id")},
    "resource_requirements_id": "requirements_id",
    "attempt_id": "n_attempts",
}


# What an explanation looks at, in the order of the model's fields.
_EXPLAINED_COLUMNS = (
    "id",
    "workflow_id",
    "name",
    "status",
    "requirements_id",
    "canceled_by_id",
    "reason",
)


def job_values(rows: QuerySet[Job]) -> "QuerySet[Job, Fields]":
    """Return the columns that `job_fields` needs."""
    values: QuerySet[Job, Fields] = rows.values(*COLUMNS)
    return values


def job_fields(jobs: list[Fields]) -> list[Fields]:
    """Return rows as clients see them, without the ids of what jobs are linked to."""
    reasons = explain([_job_to_explain(job) for job in jobs if _needs_explanation(job)])
    active = {job["id"]: job for job in jobs if job["status"] in ACTIVE}
    for job in jobs:
        job["reason"] = reasons.get(job["id"], job["reason"])
        job["status"] = STATUS_WORDS[job["status"]]
        job["resource_requirements_id"] = job.pop("requirements_id")
        job["attempt_id"] = job.pop("n_attempts") or 1
        job["compute_node_id"] = job["start_time"] = None
        del job["canceled_by_id"]
    if active:
        attempts = Result.objects.open().filter(job_id__in=ids_parameter(active))
        for job_id, node_id, started_at in attempts.values_list(
            "job_id", "compute_node_id", "started_at"
        ):
            active[job_id]["compute_node_id"] = node_id
            active[job_id]["start_time"] = started_at.isoformat() if started_at else None
    return jobs


def _needs_explanation(job: Fields) -> bool:
    return job["status"] not in SELF_EXPLAINED


def _job_to_explain(job: Fields) -> Job:
    """Return an object to explain; making all of a page's rows objects costs four times more."""
    return Job.from_db("default", _EXPLAINED_COLUMNS, [job[name] for name in _EXPLAINED_COLUMNS])


def related_fields(jobs: list[Fields]) -> list[Fields]:
    """Return rows as clients see them, with the ids of all that jobs are linked to."""
    links = _links([job["id"] for job in jobs])
    depends_on = _predecessors(links["set"])
    fields = job_fields(jobs)
    for job in fields:
        job_id = job["id"]
        job["depends_on_job_ids"] = depends_on.get(job_id, [])
        for name in ("input_file", "output_file", "input_user_data", "output_user_data"):
            job[f"{name}_ids"] = links[name].get(job_id, [])
    return fields


def single_job_fields(job_id: int) -> Fields:
    """Return one job with all that clients see of it."""
    return related_fields(list(job_values(Job.objects.filter(pk=job_id))))[0]


def ids_parameter(ids: Iterable[int]) -> RawSQL:
    """Return ids as one parameter of a query, however many there are."""
    return RawSQL(ids_source(), [dumps(ids)])  # noqa: S611 - the SQL is ours, the ids a parameter


def _links(job_ids: Sequence[int]) -> defaultdict[str, dict[int, list[int]]]:
    """Return the sets that jobs wait on and the ids of what they read and write, by kind."""
    ids = ids_source()
    rows = fetch(
        f"""SELECT 'set', job_id, set_id FROM jobs_jobwait WHERE job_id IN ({ids})
            UNION ALL SELECT CASE WHEN is_output THEN 'output_file' ELSE 'input_file' END,
                job_id, file_id FROM jobs_jobfile WHERE job_id IN ({ids})
            UNION ALL SELECT CASE WHEN is_output THEN 'output_user_data' ELSE 'input_user_data' END,
                job_id, user_data_id FROM jobs_jobuserdata WHERE job_id IN ({ids})
            ORDER BY 3""",
        [dumps(job_ids)] * 3,
    )
    links: defaultdict[str, dict[int, list[int]]] = defaultdict(dict)
    for kind, job_id, target in rows:
        links[kind].setdefault(job_id, []).append(target)
    return links


def _predecessors(waits: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """Return the jobs in the sets that each job waits on; equal waits share one list."""
    members: dict[int, list[int]] = defaultdict(list)
    set_ids = {set_id for sets in waits.values() for set_id in sets}
    rows = PredecessorMember.objects.filter(set_id__in=ids_parameter(set_ids))
    for set_id, job_id in rows.values_list("set_id", "job_id"):
        members[set_id].append(job_id)
    unions: dict[tuple[int, ...], list[int]] = {}
    for sets in map(tuple, waits.values()):
        if sets not in unions:
            unions[sets] = sorted({member for set_id in sets for member in members[set_id]})
    return {job_id: unions[tuple(sets)] for job_id, sets in waits.items()}
