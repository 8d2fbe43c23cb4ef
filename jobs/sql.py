"""SQL that several statements of the engine share: what is active, what is ours, who is locked."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from database.sql import Statement, dumps, ids_source, is_postgresql
from jobs.statuses import JobStatus

IS_ACTIVE = "w.is_started AND w.ended_at IS NULL"
"""The workflow `w` is started and not ended; `workflows.models` says the same to the ORM."""

TAKEN_FROM = f"{IS_ACTIVE} AND NOT w.is_canceled"
"""Nodes take jobs of the workflow `w`: it is active, and nobody has canceled it."""

OWN_ACTIVE_NODE = "n.is_active AND n.workflow_id IS NULL AND n.uid IS NOT NULL"
"""The node `n` is one of our workers and in service; `ComputeNode.objects.own()` says the rest."""


def status_list(statuses: Iterable[JobStatus]) -> str:
    """Return the numbers of statuses as SQL writes a list: `WHERE status IN (3, 4)`."""
    return f"({', '.join(str(status.value) for status in sorted(statuses))})"


def lock_workflows(workflow_ids: Iterable[int]) -> None:
    """Take the workflow rows, in the order of their ids; always before node rows.

    SQLite needs none: its transactions start immediate and are alone.
    """
    if is_postgresql():
        _lock_workflows.fetch(dumps(workflow_ids))


@Statement
def _lock_workflows() -> str:
    return f"SELECT id FROM workflows_workflow WHERE id IN ({ids_source()}) ORDER BY id FOR UPDATE"


_TABLES_OF_JOBS = (
    "jobs_job, jobs_result, jobs_logtail, jobs_predecessorset, jobs_predecessormember,"
    " jobs_jobwait, jobs_jobfile, jobs_jobuserdata, userdata_file, userdata_userdata"
)


def renew_statistics() -> None:
    """Let PostgreSQL count its rows now, after many came at once; its own round comes late.

    Without them it joins a large new workflow row by row, and a page takes minutes.
    """
    if is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {_TABLES_OF_JOBS}")
