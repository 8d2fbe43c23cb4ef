"""Delete the rows and logs of a workflow that nobody sees any more, in many short transactions."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import models

from database.sql import execute
from jobs.models import (
    ComputeNode,
    Event,
    FailureHandler,
    Family,
    FamilyEdge,
    Job,
    JobFile,
    JobUserData,
    JobWait,
    LogTail,
    PredecessorMember,
    PredecessorSet,
    ResourceRequirements,
    Result,
)
from userdata.models import File, UserData, UserDataVersion
from workflows.creation.bulk_insert import breathe

CHUNK_ROWS = 2_000

# Tables that refer to others come first. Beside each stands the column with the workflow's id, or
# a column that refers to a table which has one.
_TABLES: tuple[tuple[type[models.Model], str | tuple[str, type[models.Model]]], ...] = (
    (LogTail, ("result_id", Result)),
    (Result, "workflow_id"),
    (Event, "workflow_id"),
    (JobWait, ("job_id", Job)),
    (PredecessorMember, ("set_id", PredecessorSet)),
    (JobFile, ("job_id", Job)),
    (JobUserData, ("job_id", Job)),
    (PredecessorSet, "workflow_id"),
    (Job, "workflow_id"),
    (FamilyEdge, ("source_id", Family)),
    (Family, "workflow_id"),
    (ResourceRequirements, "workflow_id"),
    (FailureHandler, "workflow_id"),
    (File, "workflow_id"),
    (UserDataVersion, ("user_data_id", UserData)),
    (UserData, "workflow_id"),
    (ComputeNode, "workflow_id"),
)


def remove(workflow_id: int) -> None:
    """Delete all rows and logs of a workflow that is not stored (any more).

    After a crash a second call goes on where the first one stopped.
    """
    execute(
        "UPDATE jobs_computenode SET reserved_for_id = NULL WHERE reserved_for_id IN "
        "(SELECT id FROM jobs_job WHERE workflow_id = %s)",
        [workflow_id],
    )
    for model, way in _TABLES:
        while _delete_chunk(model, way, workflow_id):
            breathe()
    execute("DELETE FROM workflows_workflow WHERE id = %s", [workflow_id])
    shutil.rmtree(log_folder(workflow_id), ignore_errors=True)


def log_folder(workflow_id: int) -> Path:
    """Return the folder with the logs of a workflow's jobs on this machine."""
    return Path(settings.TORC_DATA_DIR) / "logs" / str(workflow_id)


def _delete_chunk(
    model: type[models.Model], way: str | tuple[str, type[models.Model]], workflow_id: int
) -> int:
    table, key = model._meta.db_table, model._meta.pk.column
    chosen = f"SELECT t.{key} FROM {table} t WHERE t.{way} = %s LIMIT {CHUNK_ROWS}"
    if not isinstance(way, str):
        column, parent = way
        chosen = (
            f"SELECT t.{key} FROM {table} t JOIN {parent._meta.db_table} p ON p.id = t.{column} "
            f"WHERE p.workflow_id = %s LIMIT {CHUNK_ROWS}"
        )
    return execute(f"DELETE FROM {table} WHERE {key} IN ({chosen})", [workflow_id])
