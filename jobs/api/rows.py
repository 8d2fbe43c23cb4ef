"""Jobs as clients see them, a whole page at a time and in few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models.expressions import RawSQL

from jobs.database import dumps, fetch, ids_source
from jobs.explaining import explain
from jobs.models import Job, PredecessorMember, Result
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
    ties = _ties([job.pk for job in jobs])
    depends_on = _predecessors(ties["set"])
    fields = job_fields(jobs)
    for job in fields:
        job_id = job["id"]
        job["depends_on_job_ids"] = depends_on.get(job_id, [])
        for name in ("input_file", "output_file", "input_user_data", "output_user_data"):
            job[f"{name}_ids"] = ties[name].get(job_id, [])
    return fields


def these(ids: Iterable[int]) -> RawSQL:
    """Return ids as one parameter of a query, however many there are."""
    return RawSQL(ids_source(), [dumps(ids)])  # noqa: S611 - the SQL is ours, the ids a parameter


def _ties(job_ids: Sequence[int]) -> defaultdict[str, dict[int, list[int]]]:
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
    ties: defaultdict[str, dict[int, list[int]]] = defaultdict(dict)
    for kind, job_id, target in rows:
        ties[kind].setdefault(job_id, []).append(target)
    return ties


def _predecessors(waits: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """Return the jobs in the sets that each job waits on; equal waits share one list."""
    members: dict[int, list[int]] = defaultdict(list)
    set_ids = {set_id for sets in waits.values() for set_id in sets}
    rows = PredecessorMember.objects.filter(set_id__in=these(set_ids))
    for set_id, job_id in rows.values_list("set_id", "job_id"):
        members[set_id].append(job_id)
    unions: dict[tuple[int, ...], list[int]] = {}
    for sets in map(tuple, waits.values()):
        if sets not in unions:
            unions[sets] = sorted({one for set_id in sets for one in members[set_id]})
    return {job_id: unions[tuple(sets)] for job_id, sets in waits.items()}
