"""How long jobs of a family take, from a few that have run."""

from __future__ import annotations

from collections.abc import Iterable

from jobs.sql import fetch
from jobs.statuses import JobStatus
from workflows.models import Workflow

SAMPLE = 50
"""How many jobs of a family are looked at."""
MAX_FAMILIES = 100
_TELLING = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.TERMINATED)


def mean_seconds(workflow: Workflow, family_ids: Iterable[int | None]) -> dict[int | None, float]:
    """The mean run time of the last attempts in each family, by family id.

    Completed jobs say most; a family without any is judged by those that ended otherwise.

    Args:
        workflow: whose present run counts.
        family_ids: None stands for jobs without a family; of very many, some stay unknown.
    """
    listed = list(family_ids)[:MAX_FAMILIES]
    if not listed:
        return {}
    parts: list[str] = []
    parameters: list[int] = []
    for position, family_id in enumerate(listed):
        for status in _TELLING:
            parts.append(_sample(position, status, is_named=family_id is not None))
            parameters += [workflow.run_id, workflow.pk]
            parameters += [] if family_id is None else [family_id]
    rows = fetch(" UNION ALL ".join(parts), parameters)
    means: dict[int | None, float] = {}
    for position, _, mean in sorted(rows, key=lambda row: (row[0], row[1])):
        if mean is not None:
            means.setdefault(listed[position], float(mean))
    return means


def _sample(position: int, status: JobStatus, *, is_named: bool) -> str:
    family = "j.family_id = %s" if is_named else "j.family_id IS NULL"
    return f"""
        SELECT {position}, {status.value}, avg(s.seconds) FROM (
            SELECT (SELECT r.exec_seconds FROM jobs_result r WHERE r.job_id = k.id
                    AND r.run_id = %s AND r.attempt_id = k.n_attempts) AS seconds
            FROM (SELECT j.id, j.n_attempts FROM jobs_job j
                  WHERE j.workflow_id = %s AND j.status = {status.value} AND {family}
                  LIMIT {SAMPLE}) AS k) AS s"""
